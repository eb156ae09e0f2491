"""Which of several waits for one event gets it."""

from pathlib import Path

from tests.local.functions_host.durable.harness import (
    SDK_WARNS,
    App,
    Context,
    Orchestration,
    serving,
)

pytestmark = SDK_WARNS


def _after_a_race(context: Context) -> Orchestration:
    go, other = context.wait_for_external_event("go"), context.wait_for_external_event("other")
    yield context.task_any([go, other])
    return (yield context.wait_for_external_event("go"))


def _rounds(context: Context) -> Orchestration:
    seen = []
    for _ in range(3):
        stop = context.wait_for_external_event("stop")
        tick = context.wait_for_external_event("tick")
        winner = yield context.task_any([stop, tick])
        seen.append("stop" if winner == stop else "tick")
    return seen


async def test_a_wait_that_a_race_left_behind_gets_nothing(tmp_path: Path) -> None:
    """The newest wait has the event, as with the extension; the first would never be asked."""
    async with serving(App({"race": _after_a_race}), tmp_path) as host:
        await host.start("race", "run")
        await host.until("run", "Running")
        await host.raise_event("run", "other", 1)
        await host.raise_event("run", "go", 2)
        about = await host.until("run")

    assert about["output"] == 2


async def test_races_in_a_loop_end_by_either_event(tmp_path: Path) -> None:
    """However many rounds have left a wait for the one that comes at last."""
    async with serving(App({"rounds": _rounds}), tmp_path) as host:
        await host.start("rounds", "run")
        await host.until("run", "Running")
        for name in ("tick", "tick", "stop"):
            await host.raise_event("run", name)
        about = await host.until("run")

    assert about["output"] == ["tick", "tick", "stop"]
