"""The daily round over deployments."""

from typing import Any

from shared.runs.orchestration import Outcome, RunRef
from tests.orchestrators.host import DONE, POLICY, Stage, refused, wait


def found(*runs: str) -> list[list[dict[str, Any]]]:
    """What the registry finds, as the activity gives it."""
    return [[RunRef(run=run, model="play").to_dict() for run in runs]]


def outcomes(stage: Stage, round_: str) -> list[str]:
    """The result of each deployment that a round looked at."""
    status = stage.ended(round_)
    assert status["runtimeStatus"] == "Completed", status
    return [Outcome.from_dict(one).result for one in status["output"]]


def test_every_deployment_is_looked_at_in_turn(stage: Stage) -> None:
    """One that is kept does not end the round; the output has one outcome for each."""
    stage.write("first", {"retire_deployment": [refused("kept")]})
    stage.write("second", {"retire_deployment": [wait(), DONE]})
    round_ = stage.begin({"find_retirable": found("first", "second")}, orchestrator="retire")

    assert outcomes(stage, round_) == ["refused", "done"]
    assert (stage.names("first"), stage.names("second")) == (
        ["retire_deployment"],
        ["retire_deployment"] * 2,
    )


def test_deletion_that_hangs_is_left_for_tomorrow(stage: Stage) -> None:
    """One deployment that cannot be deleted is given up after ten minutes; the next is tried."""
    stage.write("hanging", {"retire_deployment": [wait("deleting", "It is being deleted.")]})
    round_ = stage.begin({"find_retirable": found("hanging", "free")}, orchestrator="retire")

    assert outcomes(stage, round_) == ["refused", "done"]
    spent = stage.calls("hanging")[-1].at - stage.calls("hanging")[0].at
    assert 590 <= spent <= 640


def test_failing_look_does_not_end_the_round(stage: Stage) -> None:
    """A bug with one deployment costs that deployment's look only."""
    stage.write("broken", {"retire_deployment": [{"raise": "a bug"}]})
    round_ = stage.begin({"find_retirable": found("broken", "whole")}, orchestrator="retire")

    assert outcomes(stage, round_) == ["refused", "done"]


def test_round_outlasts_storage_that_is_away(stage: Stage) -> None:
    """The look for deployments and the line in the log are tried again; no day is lost."""
    away = {"raise": "storage is away"}
    script = {"find_retirable": [away, *found("later")], "log_retirement": [away, None]}
    round_ = stage.begin(script, orchestrator="retire")

    assert outcomes(stage, round_) == ["done"]


def test_round_without_deployments_ends_at_once(stage: Stage) -> None:
    """Nothing to look at is no work."""
    round_ = stage.begin({"find_retirable": [[]]}, orchestrator="retire")

    assert outcomes(stage, round_) == []


def test_round_ends_when_its_history_is_full(stage: Stage) -> None:
    """What a round does not reach comes the next day."""
    for name in ("slow-1", "slow-2"):
        stage.write(
            name,
            {
                "retire_deployment": [
                    *[wait()] * (POLICY.polls_per_generation // 2),
                    refused("kept"),
                ]
            },
        )
    round_ = stage.begin(
        {"find_retirable": found("slow-1", "slow-2", "never")}, orchestrator="retire"
    )

    assert outcomes(stage, round_) == ["refused"]
    assert stage.names("never") == []


def test_round_is_told_in_one_line(stage: Stage) -> None:
    """At its end the round hands over what was found on each deployment."""
    stage.write("told-1", {"retire_deployment": [refused("kept", "It is used.")]})
    stage.write("told-2", {"retire_deployment": [{**DONE, "code": "retired", "message": "Idle."}]})
    round_ = stage.begin({"find_retirable": found("told-1", "told-2")}, orchestrator="retire")
    stage.ended(round_)

    told = [call.payload["outcomes"] for call in stage.calls("round", "log_retirement")]

    assert [["told-1", "kept", "It is used."], ["told-2", "retired", "Idle."]] in told
