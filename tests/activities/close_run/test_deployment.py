"""What becomes of the run's deployment."""

from activities.close_run import close_run
from activities.create_deployment import create_deployment
from shared.clients.deployments import deployments
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import call, settle
from tests.activities.close_run import closing, left
from tests.activities.conftest import row
from tests.services import Emulator


def test_deployment_is_deleted(deployed_run: RunRef, emulator: Emulator) -> None:
    """The deployment goes before the row is closed."""
    settle(close_run, closing(deployed_run))

    assert left(emulator) == (["succeeded"], [])
    assert (row(deployed_run).phase, row(deployed_run).deployment.name) == ("cancelled", "")


def test_deployment_that_is_being_created_is_waited_for(
    trained_run: RunRef, emulator: Emulator
) -> None:
    """Resource Manager refuses to delete what it creates; that is waited out, and reported."""
    emulator.control("transitions", {"deployment": "reads:4"})
    call(create_deployment, trained_run)

    outcome = call(close_run, closing(trained_run))

    assert outcome.result == "wait"
    assert row(trained_run).waiting
    assert settle(close_run, closing(trained_run)) == Outcome.done()
    assert left(emulator) == (["succeeded"], [])


def test_foreign_deployment_is_not_deleted(trained_run: RunRef, emulator: Emulator) -> None:
    """A deployment of this name that the run did not make stays."""
    deployments().put(trained_run.run, model="gpt-4.1-mini-2025-04-14", sku="Standard", capacity=1)
    refused = settle(create_deployment, trained_run)

    settle(close_run, closing(trained_run, refused.code))

    assert left(emulator)[1] == [trained_run.run]
    assert row(trained_run).phase == "failed"


def test_refusal_does_not_close_what_still_costs(deployed_run: RunRef, emulator: Emulator) -> None:
    """If the app may not delete, the run stays open and says what is in the way."""
    body = {"error": {"code": "AuthorizationFailed", "message": "You may not."}}
    emulator.control(
        "faults", {"method": "DELETE", "path": "*/deployments/*", "status": 403, "body": body}
    )

    outcome = call(close_run, closing(deployed_run))

    assert (outcome.result, outcome.code) == ("wait", "AuthorizationFailed")
    assert row(deployed_run).phase == "deploying"
    assert "You may not." in row(deployed_run).waiting
    assert settle(close_run, closing(deployed_run)) == Outcome.done()
    assert left(emulator)[1] == []
