"""`fine_tune`: order of steps, endings, and how it goes on after a full generation."""

from dataclasses import replace

import pytest

from shared.runs.orchestration import Outcome
from tests.orchestrators.host import DONE, POLICY, Stage, refuse, wait

ACTIVITIES = [
    "validate_dataset",
    "admit_run",
    "upload_files",
    "train_model",
    "create_deployment",
    "check_ready",
    "evaluate_models",
    "promote_version",
]


def test_steps_come_in_order(stage: Stage) -> None:
    """A run without obstacles takes each step once, from validation to promotion."""
    run = stage.start()

    outcome = stage.outcome(run)

    assert outcome == Outcome.done()
    assert stage.names(run) == ACTIVITIES
    assert stage.status(run)["customStatus"] == {"waiting": ""}


def test_activities_get_the_reference_only(stage: Stage) -> None:
    """An activity gets the run by name, and nothing of its contents."""
    run = stage.start()
    stage.final_status(run)

    payloads = [call.payload for call in stage.calls(run)]

    assert payloads == [{"schema_version": 1, "run": run, "model": "play", "attempt": 1}] * 8


@pytest.mark.parametrize("step", [name for name in ACTIVITIES if name != "evaluate_models"])
def test_refusal_closes_the_run(stage: Stage, step: str) -> None:
    """A refused step is the last; the run is closed with its reason, and ends with it."""
    run = stage.start({step: [refuse("full_stop", "It says no.")]})

    outcome = stage.outcome(run)

    assert outcome == Outcome.refuse("full_stop", "It says no.", hint="See the log.")
    assert stage.names(run) == [*ACTIVITIES[: ACTIVITIES.index(step) + 1], "close_run"]
    closing = stage.calls(run, "close_run")[0].payload
    assert (closing["ref"]["run"], closing["code"], closing["message"], closing["hint"]) == (
        run,
        "full_stop",
        "It says no.",
        "See the log.",
    )


def test_comparison_is_optional(stage: Stage) -> None:
    """A comparison that is refused does not cost the training: the run is promoted."""
    run = stage.start({"evaluate_models": [refuse()]})

    outcome = stage.outcome(run)

    assert outcome == Outcome.done()
    assert stage.names(run) == ACTIVITIES


def test_cancelled_comparison_ends_the_run(stage: Stage) -> None:
    """Cancelling during the comparison is not overlooked because the comparison is optional."""
    run = stage.start({"evaluate_models": [refuse("cancelled", "Cancelled.")]})

    outcome = stage.outcome(run)

    assert (outcome.result, outcome.code) == ("refused", "cancelled")
    assert stage.names(run) == [*ACTIVITIES[:7], "close_run"]


def test_closing_waits_like_every_step(stage: Stage) -> None:
    """Closing may take several polls, and goes on over failures until it is done."""
    script = {
        "validate_dataset": [refuse("rejected", "It has faults.")],
        "close_run": [wait(), *[{"raise": "a bug"}] * 8, DONE],
    }
    run = stage.start(script)

    outcome = stage.outcome(run)

    assert outcome.code == "rejected"
    assert stage.names(run) == ["validate_dataset", *["close_run"] * 10]


def test_failing_activity_is_called_again(stage: Stage) -> None:
    """A few failures in a row are waited out; the count starts again after a success."""
    failing = [{"raise": "a bug"}] * 4
    run = stage.start({"upload_files": [*failing, wait(), *failing, DONE]})

    outcome = stage.outcome(run)

    assert outcome == Outcome.done()
    assert stage.names(run).count("upload_files") == 10


def test_activity_that_always_fails_ends_the_run(stage: Stage) -> None:
    """After five failures in a row the run is closed; the reason has no traceback."""
    run = stage.start({"upload_files": [{"raise": "the disk is full"}]})

    outcome = stage.outcome(run)

    assert (outcome.result, outcome.code) == ("refused", "activity_failed")
    assert stage.names(run).count("upload_files") == 5
    assert stage.names(run)[-1] == "close_run"
    assert "the disk is full" in outcome.message
    assert "Traceback" not in outcome.message


def test_sub_orchestration_has_a_known_id(stage: Stage) -> None:
    """The deployment is an instance of its own, whose id a client knows."""
    run = stage.start()
    stage.final_status(run)

    nested = stage.status(f"{run}-deploy")

    assert nested["runtimeStatus"] == "Completed"
    assert Outcome.from_dict(nested["output"]) == Outcome.done()


def test_nested_deployment_waits_over_many_generations(stage: Stage) -> None:
    """A deployment that needs more polls than a generation has goes on as new."""
    script = {"create_deployment": [*[wait()] * 8, DONE], "check_ready": [*[wait()] * 8, DONE]}
    run = stage.start(script, policy=replace(POLICY, polls_per_generation=3))

    outcome = stage.outcome(run)

    assert outcome == Outcome.done()
    names = stage.names(run)
    assert (names.count("create_deployment"), names.count("check_ready")) == (9, 9)
    assert names.count("train_model") == 1


def test_every_step_may_fill_a_generation(stage: Stage) -> None:
    """A run that waits long in each step takes each step once to its end, and none twice."""
    script = {name: [*[wait()] * 4, DONE] for name in ACTIVITIES}
    run = stage.start(script, policy=replace(POLICY, polls_per_generation=3))

    outcome = stage.outcome(run)

    assert outcome == Outcome.done()
    assert stage.names(run) == [name for name in ACTIVITIES for _ in range(5)]


def test_run_that_is_asked_to_end_while_it_closes_keeps_its_reason(stage: Stage) -> None:
    """The reason of the end survives the generations that closing takes."""
    script = {
        "train_model": [refuse("job_failed", "It failed.")],
        "close_run": [*[wait()] * 8, DONE],
    }
    run = stage.start(script, policy=replace(POLICY, polls_per_generation=3))

    outcome = stage.outcome(run)

    assert outcome == Outcome.refuse("job_failed", "It failed.", hint="See the log.")
    assert {call.payload["code"] for call in stage.calls(run, "close_run")} == {"job_failed"}
