"""When a deployment is idle."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.deployments.idleness import Decision, Monitor, judge, last_use
from shared.registry import Run
from shared.registry.parts import Dataset, IdleVerdict
from shared.registry.records import iso
from shared.registry.state import Phase
from tests.runs import change_run

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
KEEP, WARN, RETIRE = IdleVerdict.KEEP, IdleVerdict.WARN, IdleVerdict.RETIRE


def ago(days: float) -> datetime:
    """A time that many days before the judgement."""
    return NOW - timedelta(days=days)


def new_run(phase: Phase = Phase.SERVING, **days: float) -> Run:
    """A version with times in days before the judgement."""
    times = {name: iso(ago(value)) for name, value in days.items()}
    row = Run(
        model="a",
        id="a-0123456789",
        phase=phase,
        created=ago(90),
        dataset=Dataset(blob="a.jsonl", etag=""),
    )
    return change_run(row, **times)


def verdict(row: Run, seen: float | None = None, *, pinned: bool = False) -> IdleVerdict:
    """The verdict with the default settings: 15 days, 2 days of warning, 24 hours kept."""
    decision = judge(
        row,
        Monitor(None if seen is None else ago(seen)),
        pinned=pinned,
        now=NOW,
        idle_after=timedelta(days=15),
        idle_warning=timedelta(days=2),
        keep_previous=timedelta(hours=24),
    )
    return decision.verdict


@pytest.mark.parametrize(
    ("row", "seen", "expected"),
    [
        (new_run(deployment_created=1), None, KEEP),
        (new_run(deployment_created=12.9), None, KEEP),
        (new_run(deployment_created=13), None, WARN),
        (new_run(deployment_created=14.99), None, WARN),
        (new_run(deployment_created=15), None, RETIRE),
        (new_run(deployment_created=80), None, RETIRE),
        (new_run(deployment_created=80, deployment_last_used=1), None, KEEP),
        (new_run(deployment_created=80, deployment_last_used=14), None, WARN),
        (new_run(deployment_created=80, deployment_last_used=16), None, RETIRE),
        (new_run(deployment_created=80, deployment_last_used=16), 1, KEEP),
        (new_run(deployment_created=80, deployment_last_used=1), 16, KEEP),
        (new_run(deployment_created=80), 13.5, WARN),
        (new_run(deployment_created=1, deployment_last_used=40), 40, KEEP),
        (new_run(), None, KEEP),
        (new_run(), 20, RETIRE),
    ],
)
def test_the_latest_witness_decides(row: Run, seen: float | None, expected: IdleVerdict) -> None:
    """Registry, Monitor and creation: the latest of them counts, and no word of any keeps."""
    assert verdict(row, seen) == expected


@pytest.mark.parametrize(
    ("row", "seen", "expected"),
    [
        (
            new_run(Phase.SUPERSEDED, deployment_created=30, deployment_superseded_since=0.9),
            None,
            KEEP,
        ),
        (
            new_run(Phase.SUPERSEDED, deployment_created=30, deployment_superseded_since=1),
            None,
            RETIRE,
        ),
        (
            new_run(
                Phase.SUPERSEDED,
                deployment_created=30,
                deployment_superseded_since=2,
                deployment_last_used=0.5,
            ),
            None,
            KEEP,
        ),
        (
            new_run(Phase.SUPERSEDED, deployment_created=30, deployment_superseded_since=2),
            0.5,
            KEEP,
        ),
    ],
)
def test_superseded_version_stays_for_a_day(
    row: Run, seen: float | None, expected: IdleVerdict
) -> None:
    """A superseded version is kept for rollback, counted from its last use, without a warning."""
    assert verdict(row, seen) == expected


def test_pin_keeps_the_serving_version_only() -> None:
    """A pinned model keeps what serves; a superseded version of it goes."""
    serving = new_run(deployment_created=80)
    superseded = new_run(Phase.SUPERSEDED, deployment_created=80, deployment_superseded_since=3)

    found = [verdict(serving, pinned=True), verdict(superseded, pinned=True)]

    assert found == [IdleVerdict.PINNED, RETIRE]


def test_reason_shows_the_evidence_of_all_witnesses() -> None:
    """The reason is one sentence with what each witness said, and the limit."""
    row = new_run(deployment_created=20, deployment_last_used=16)

    decision = judge(
        row,
        Monitor(ago(17)),
        pinned=False,
        now=NOW,
        idle_after=timedelta(days=15),
        idle_warning=timedelta(days=2),
        keep_previous=timedelta(hours=24),
    )

    assert decision.reason == (
        "created 2026-11-05T03:00:00.000Z, registry 2026-11-09T03:00:00.000Z, "
        "Monitor 2026-11-08T03:00:00.000Z; idle for 16.0 days, limit 15.0 days"
    )


def decide(row: Run, monitor: Monitor, *, pinned: bool = False) -> Decision:
    """The decision with the default settings and that word of Azure Monitor."""
    return judge(
        row,
        monitor,
        pinned=pinned,
        now=NOW,
        idle_after=timedelta(days=15),
        idle_warning=timedelta(days=2),
        keep_previous=timedelta(hours=24),
    )


@pytest.mark.parametrize("age", [1, 14, 80])
def test_without_monitor_the_verdict_is_unknown(age: float) -> None:
    """However old the deployment is, it is neither kept nor retired, and the reason says why."""
    decision = decide(new_run(deployment_created=age), Monitor(error="No role."))

    assert decision.verdict == IdleVerdict.UNKNOWN
    assert decision.reason.startswith("No role. (created ")
    assert "Monitor not known" in decision.reason


def test_pin_decides_without_monitor() -> None:
    """A pinned model stays whatever Monitor would say."""
    decision = decide(new_run(deployment_created=80), Monitor(error="No role."), pinned=True)

    assert decision.verdict == IdleVerdict.PINNED


def test_model_that_no_metric_may_count_has_one_witness() -> None:
    """The evidence says that only the registry knows, and the registry decides."""
    decision = decide(new_run(deployment_created=80), Monitor(counts=False))
    seen = decide(new_run(deployment_created=80), Monitor(ago(1), counts=False))

    assert decision.verdict == RETIRE
    assert "only the registry is a witness" in decision.reason
    assert seen.verdict == KEEP
    assert "witness" not in seen.reason


def test_last_use_of_an_unused_version_is_its_creation() -> None:
    """Without a chat the deployment's creation counts."""
    assert last_use(new_run(deployment_created=3), None) == ago(3)
