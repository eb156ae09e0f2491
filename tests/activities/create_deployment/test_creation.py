"""A deployment is created under the run's name, and waited for."""

from pathlib import Path

import pytest

from activities.create_deployment import create_deployment
from shared.runs import cancellation
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import call, settle
from tests.activities.conftest import change, row, train
from tests.activities.create_deployment import list_tuned_deployments, only_deployment
from tests.services import Emulator


def test_deployment_has_the_run_s_name(trained_run: RunRef, emulator: Emulator) -> None:
    """The tuned model is deployed under the run's id, with SKU and capacity of the settings."""
    outcome = settle(create_deployment, trained_run)

    sku = emulator.look("state")["deployments"][-1]["sku"]
    assert outcome == Outcome.done()
    assert only_deployment(emulator, trained_run)
    assert (sku["name"], sku["capacity"]) == ("Standard", 5)
    assert row(trained_run).deployment.created
    assert row(trained_run).phase == "deploying"


def test_model_of_another_maker_is_deployed_in_its_format(
    uploaded_run: RunRef, emulator: Emulator
) -> None:
    """Format, SKU and capacity are facts of the model, whatever the settings say."""
    change(uploaded_run, training_base_model="Ministral-3B", training_type="GlobalStandard")
    train(uploaded_run)

    outcome = settle(create_deployment, uploaded_run)

    made = emulator.look("state")["deployments"][-1]
    model = made["properties"]["model"]
    assert outcome == Outcome.done()
    assert (model["name"], model["format"]) == (
        row(uploaded_run).training.tuned_model,
        "Mistral AI",
    )
    assert made["sku"] == {"name": "GlobalStandard", "capacity": 100}


def test_another_format_is_tried_after_a_500(
    uploaded_run: RunRef, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sources disagree on a model's format, and the service answers 500 to a wrong one."""
    facts = tmp_path / "facts.toml"
    facts.write_text(
        'default = "a"\n[[model]]\nid = "gpt-oss-20b"\nname = "gpt-oss-20b"\nmethods = ["sft"]\n'
        'vocabulary = "o200k_base"\nformat = "OpenAI-OSS"\nother_formats = ["Microsoft"]\n'
        'skus = ["GlobalStandard"]\ncapacity = 100\n'
    )
    monkeypatch.setenv("MODEL_FACTS", str(facts))
    change(uploaded_run, training_base_model="gpt-oss-20b", training_type="GlobalStandard")
    train(uploaded_run)

    outcome = settle(create_deployment, uploaded_run)

    assert outcome == Outcome.done()
    made = emulator.look("state")["deployments"][-1]["properties"]["model"]
    assert made["format"] == "Microsoft"


def test_creation_is_waited_for(trained_run: RunRef, emulator: Emulator) -> None:
    """A deployment that is being created is a wait that names it, and known to the registry."""
    emulator.control("transitions", {"deployment": "reads:3"})

    outcome = call(create_deployment, trained_run)

    assert (outcome.result, outcome.code) == ("wait", "deploying")
    assert trained_run.run in row(trained_run).waiting
    assert row(trained_run).deployment.name == trained_run.run
    assert settle(create_deployment, trained_run) == Outcome.done()


def test_failed_deployment_ends_the_run(trained_run: RunRef, emulator: Emulator) -> None:
    """A deployment that ends badly is a refusal with the service's reason."""
    model = {"name": row(trained_run).training.tuned_model, "format": "OpenAI", "version": "1"}
    properties = {
        "model": model,
        "provisioningState": "Failed",
        "error": {"message": "No capacity."},
    }
    body = {"name": trained_run.run, "properties": properties}
    emulator.control(
        "faults", {"method": "GET", "path": "*/deployments/*", "status": 200, "body": body}
    )

    outcome = call(create_deployment, trained_run)

    assert (outcome.result, outcome.code) == ("refused", "deployment_failed")
    assert "Failed: No capacity." in outcome.message


def test_cancelled_run_is_not_deployed(trained_run: RunRef, emulator: Emulator) -> None:
    """A request to cancel is seen before a deployment costs money."""
    cancellation.request_cancel(trained_run.run)

    assert call(create_deployment, trained_run).code == "cancelled"
    assert list_tuned_deployments(emulator) == []
