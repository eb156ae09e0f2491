"""The daily check of deployments."""

from typing import Any

from shared.runs.orchestration import Outcome, RunRef
from tests.orchestrators.host import DONE, POLICY, Stage, refuse, wait


def references(*runs: str) -> list[list[dict[str, Any]]]:
    """What the registry finds, as the activity gives it."""
    return [[RunRef(run=run, model="play").to_dict() for run in runs]]


def outcomes(stage: Stage, check: str) -> list[str]:
    """The result of each deployment that was checked."""
    status = stage.final_status(check)
    assert status["runtimeStatus"] == "Completed", status
    return [Outcome.from_dict(one).result for one in status["output"]]


def test_every_deployment_is_checked_in_turn(stage: Stage) -> None:
    """One that is kept does not end the check; the output has one outcome for each."""
    stage.write("first", {"retire_deployment": [refuse("kept")]})
    stage.write("second", {"retire_deployment": [wait(), DONE]})
    check = stage.start({"find_retirable": references("first", "second")}, orchestrator="retire")

    assert outcomes(stage, check) == ["refused", "done"]
    assert (stage.names("first"), stage.names("second")) == (
        ["retire_deployment"],
        ["retire_deployment"] * 2,
    )


def test_deletion_that_hangs_is_left_for_tomorrow(stage: Stage) -> None:
    """One deployment that cannot be deleted is given up after ten minutes; the next is tried."""
    stage.write("hanging", {"retire_deployment": [wait("deleting", "It is being deleted.")]})
    check = stage.start({"find_retirable": references("hanging", "free")}, orchestrator="retire")

    assert outcomes(stage, check) == ["refused", "done"]
    spent = stage.calls("hanging")[-1].at - stage.calls("hanging")[0].at
    assert 590 <= spent <= 640


def test_failing_activity_does_not_end_the_check(stage: Stage) -> None:
    """A bug with one deployment costs that deployment's check only."""
    stage.write("broken", {"retire_deployment": [{"raise": "a bug"}]})
    check = stage.start({"find_retirable": references("broken", "whole")}, orchestrator="retire")

    assert outcomes(stage, check) == ["refused", "done"]


def test_check_outlasts_storage_that_is_away(stage: Stage) -> None:
    """The search for deployments and the line in the log are tried again; no day is lost."""
    away = {"raise": "storage is away"}
    script = {"find_retirable": [away, *references("later")], "log_retirement": [away, None]}
    check = stage.start(script, orchestrator="retire")

    assert outcomes(stage, check) == ["done"]


def test_check_without_deployments_ends_at_once(stage: Stage) -> None:
    """Nothing to check is no work."""
    check = stage.start({"find_retirable": [[]]}, orchestrator="retire")

    assert outcomes(stage, check) == []


def test_check_ends_when_its_history_is_full(stage: Stage) -> None:
    """What a check does not reach comes the next day."""
    for name in ("slow-1", "slow-2"):
        stage.write(
            name,
            {
                "retire_deployment": [
                    *[wait()] * (POLICY.polls_per_generation // 2),
                    refuse("kept"),
                ]
            },
        )
    check = stage.start(
        {"find_retirable": references("slow-1", "slow-2", "never")}, orchestrator="retire"
    )

    assert outcomes(stage, check) == ["refused"]
    assert stage.names("never") == []


def test_check_is_logged_in_one_line(stage: Stage) -> None:
    """At its end the check hands over what was found on each deployment."""
    stage.write("logged-1", {"retire_deployment": [refuse("kept", "It is used.")]})
    stage.write(
        "logged-2", {"retire_deployment": [{**DONE, "code": "retired", "message": "Idle."}]}
    )
    check = stage.start(
        {"find_retirable": references("logged-1", "logged-2")}, orchestrator="retire"
    )
    stage.final_status(check)

    logged = [call.payload["outcomes"] for call in stage.calls("check", "log_retirement")]

    assert [["logged-1", "kept", "It is used."], ["logged-2", "retired", "Idle."]] in logged
