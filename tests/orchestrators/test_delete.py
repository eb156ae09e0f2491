"""The deletion of a model, over as many polls as it takes."""

from dataclasses import replace

from shared.runs.orchestration import Outcome
from tests.orchestrators.host import DONE, POLICY, Stage, refuse, wait


def test_it_is_polled_until_nothing_is_left(stage: Stage) -> None:
    """Waits, failures and full generations do not end it."""
    script = {"delete_resources": [*[wait()] * 5, *[{"raise": "a bug"}] * 6, DONE]}
    run = stage.start(script, orchestrator="delete", policy=replace(POLICY, polls_per_generation=4))

    assert stage.outcome(run) == Outcome.done()
    assert stage.names(run) == ["delete_resources"] * 12


def test_its_status_says_what_it_waits_for(paused_stage: Stage) -> None:
    """While it waits, the reason can be read."""
    run = paused_stage.start(
        {"delete_resources": [wait("cancelling", "A run is cancelled."), refuse()]},
        orchestrator="delete",
    )

    assert paused_stage.waiting_status(run, "poll-now-0")["waiting"] == "A run is cancelled."
