"""The way back of a version that is asleep."""

from shared.runs.orchestration import Outcome
from tests.orchestrators.host import Stage, refuse, wait

WAY = ["create_deployment", "check_ready", "resume_version"]


def test_it_is_deployed_and_takes_its_place(stage: Stage) -> None:
    """Waking is what `deploy` does, and then the version's place."""
    run = stage.start({"check_ready": [wait(), Outcome.done().to_dict()]}, orchestrator="wake")

    assert stage.outcome(run) == Outcome.done()
    assert stage.names(run) == [*WAY[:2], *WAY[1:]]


def test_a_refusal_closes_it(stage: Stage) -> None:
    """What cannot be deployed is closed with its reason."""
    run = stage.start({"create_deployment": [refuse("gone", "It is gone.")]}, orchestrator="wake")

    assert stage.outcome(run).code == "gone"
    assert stage.names(run) == ["create_deployment", "close_run"]
    assert stage.calls(run, "close_run")[0].payload["message"] == "It is gone."
