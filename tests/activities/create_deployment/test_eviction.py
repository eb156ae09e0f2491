"""Making room: with every deployment in use, the longest idle one may go for a run that waits."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from activities.admit_run import admit_run
from shared import clock
from shared.clients.deployments import deployments
from shared.deployments.pins import FOR_GOOD
from shared.registry import Run, registry
from shared.registry.parts import Dataset, Training
from shared.registry.records import iso
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome, RunRef
from shared.settings import settings
from tests.activities.admit_run import DEPLOYMENTS, deployment_of, listing
from tests.activities.calls import call
from tests.activities.conftest import change, row
from tests.local.functions_host.running import until
from tests.services import Emulator

Full = Callable[..., Outcome]


@pytest.fixture
def full(serving: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Full:
    """Lets a new run ask for room where ten deployments are in use, one of them idle for days."""

    def ask(*, evict_after: str | None = "3d", idle: float = 4) -> Outcome:
        if evict_after:
            monkeypatch.setenv("EVICT_AFTER", evict_after)
            settings.cache_clear()
        since = iso(clock.now() - timedelta(days=idle))
        change(serving, deployment_created=since, deployment_live_since=since)
        waiting = Run(
            model="next",
            id="next-0123456789",
            created=clock.now(),
            phase=Phase.QUEUED,
            training=Training(base_model=settings().base_model or ""),
            dataset=Dataset(blob="next.jsonl", etag="0x1"),
        )
        registry().insert(waiting)
        tuned = [deployment_of(f"t-{number}", "gpt-4.1-mini.ft-1") for number in range(10)]
        listing(emulator, DEPLOYMENTS, tuned)
        return call(admit_run, waiting.ref)

    return ask


def there(emulator: Emulator, ref: RunRef) -> bool:
    """Whether the run's deployment is at the service."""
    return ref.run in [one["name"] for one in emulator.look("state")["deployments"]]


def test_longest_idle_one_makes_room(full: Full, serving: RunRef, emulator: Emulator) -> None:
    """It is deleted as the daily round would, and its timeline says for whom."""
    outcome = full()

    assert (outcome.result, outcome.code) == ("wait", "deployments_full")
    assert f"{serving.run} makes room" in outcome.message
    assert not there(emulator, serving)
    assert row(serving).phase == "asleep"
    assert "next-0123456789 needed a deployment" in row(serving).timeline[-1][2]


def test_what_made_room_is_noted_as_gone(full: Full, serving: RunRef, emulator: Emulator) -> None:
    """A deletion that took its time is seen by the next look, also of a run that then has room."""
    emulator.control("transitions", {"delete": "reads:1"})
    first = full()
    going = row(serving)
    emulator.clear_faults()
    until(lambda: deployments().get(serving.run) is None, 60)

    second = call(admit_run, RunRef(run="next-0123456789", model="next"))

    assert (first.result, going.deployment.name, going.deployment.retiring) == (
        "wait",
        serving.run,
        True,
    )
    assert second.result == "done"
    assert (row(serving).deployment.name, row(serving).deployment.retiring) == ("", False)


def test_it_is_off_by_default(full: Full, serving: RunRef, emulator: Emulator) -> None:
    """Without EVICT_AFTER a run only waits."""
    outcome = full(evict_after=None, idle=14)

    assert outcome.code == "deployments_full"
    assert there(emulator, serving)


def test_what_was_used_lately_stays(full: Full, serving: RunRef, emulator: Emulator) -> None:
    """Idle for less than EVICT_AFTER is not idle enough."""
    full(idle=2)

    assert there(emulator, serving)
    assert row(serving).phase == "serving"


def test_pinned_model_stays(full: Full, serving: RunRef, emulator: Emulator) -> None:
    """A pin keeps it here as it does in the daily round."""
    model = registry().model(serving.model)
    assert model is not None
    registry().put_model(model, replace(model, pinned=FOR_GOOD))

    full(idle=40)

    assert there(emulator, serving)


def test_without_monitor_nothing_goes(full: Full, serving: RunRef, emulator: Emulator) -> None:
    """Nobody is sure then that it is idle, so the row waits for the answer."""
    emulator.control("faults", {"path": "*/Microsoft.Insights/metrics", "status": 503, "times": 0})

    full()

    assert there(emulator, serving)
