"""What ends the run: no such model, a deployment of somebody else."""

from activities.create_deployment import create_deployment
from shared.clients.deployments import deployments
from shared.registry.state import MODEL_GONE
from shared.runs.orchestration import RunRef
from tests.activities.calls import call, settle
from tests.activities.conftest import row
from tests.activities.create_deployment import error, list_tuned_deployments
from tests.services import Emulator


def test_refusal_that_lasts_ends_the_run(trained_run: RunRef, emulator: Emulator) -> None:
    """A model that cannot be deployed here is a refusal with a next step."""
    emulator.control("faults", error(400, "DeploymentModelNotSupported"))

    outcome = call(create_deployment, trained_run)

    assert (outcome.result, outcome.code) == ("refused", "DeploymentModelNotSupported")
    assert "DEPLOYMENT_SKU" in outcome.hint


def test_foreign_deployment_is_left_alone(trained_run: RunRef, emulator: Emulator) -> None:
    """A deployment of this name that serves something else is refused, not overwritten."""
    deployments().put(trained_run.run, model="gpt-4.1-mini-2025-04-14", sku="Standard", capacity=1)

    outcome = settle(create_deployment, trained_run)

    assert (outcome.result, outcome.code) == ("refused", "deployment_foreign")
    assert list_tuned_deployments(emulator) == [(trained_run.run, "gpt-4.1-mini-2025-04-14")]
    assert row(trained_run).deployment.name == ""


def test_model_that_the_service_lost(trained_run: RunRef, emulator: Emulator) -> None:
    """If the service has no such model any more, the refusal says so and what to do."""
    emulator.control("reset")

    outcome = settle(create_deployment, trained_run)

    assert (outcome.result, outcome.code) == ("refused", MODEL_GONE)
    assert row(trained_run).training.tuned_model in outcome.message
    assert "brolly.jsonl again" in outcome.hint
