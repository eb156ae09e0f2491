"""What a run was paid for, in lines that nothing loses."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.registry.ledger import add_charge, hours, hours_by_month, settle_hours
from shared.registry.parts import Dataset, HostedHours, TrainingCharge
from shared.registry.records import Run
from shared.registry.state import Phase

NOVEMBER = datetime(2026, 11, 25, 12, tzinfo=UTC)
ROW = Run(
    model="a",
    id="a-0123456789",
    created=NOVEMBER,
    dataset=Dataset(blob="a.jsonl", etag="0x1"),
)
LIVE = replace(ROW, phase=Phase.SERVING).with_deployment(
    name=ROW.id, sku="Standard", live_since=NOVEMBER
)
TIMES = st.integers(0, 4 * 365 * 86_400).map(lambda s: NOVEMBER + timedelta(seconds=s))


def without_deployment(row: Run) -> Run:
    """The row as whoever noticed writes it."""
    return replace(row, phase=Phase.ASLEEP).with_deployment(name="")


def waking_run(row: Run, at: datetime, sku: str = "Standard") -> Run:
    """The row with a new deployment."""
    return row.with_deployment(name=row.id, live_since=at, sku=sku)


def test_hours_are_added_when_the_deployment_goes() -> None:
    """Two and a half hours later it is gone, and they stay in the row."""
    row = settle_hours(LIVE, without_deployment(LIVE), NOVEMBER + timedelta(hours=2.5))

    assert row.deployment.hosted_hours == (("2026-11", "Standard", 2.5),)
    assert row.deployment.live_since is None


def test_hours_survive_sleep_and_waking() -> None:
    """Each life adds to the ones before, by month and SKU."""
    row, at = LIVE, NOVEMBER
    for sku in ("Standard", "Standard", "DeveloperTier"):
        row = settle_hours(row, waking_run(row, at, sku), at)
        row = settle_hours(row, without_deployment(row), at + timedelta(hours=3))
        at += timedelta(days=1)

    assert row.deployment.hosted_hours == (
        ("2026-11", "DeveloperTier", 3.0),
        ("2026-11", "Standard", 6.0),
    )


def test_what_goes_on_counts_until_now() -> None:
    """A deployment that is there adds its hours so far to those of the past."""
    row = LIVE.with_deployment(hosted_hours=(HostedHours("2026-10", "Standard", 7.0),))

    found = list(hours(row, NOVEMBER + timedelta(hours=1)))

    assert found == [("2026-10", "Standard", 7.0), ("2026-11", "Standard", 1.0)]


def test_other_changes_count_nothing() -> None:
    """A chat or a warning in between is no end of a deployment."""
    row = settle_hours(LIVE, LIVE.with_deployment(last_used=NOVEMBER), NOVEMBER + timedelta(days=1))

    assert row.deployment.hosted_hours == ()
    assert row.deployment.live_since == LIVE.deployment.live_since


def test_run_without_a_deployment_counts_nothing() -> None:
    """One that waits for quota has named its deployment, and none is there."""
    waiting = ROW.with_deployment(name=ROW.id, created=NOVEMBER)

    assert (
        settle_hours(
            waiting, without_deployment(waiting), NOVEMBER + timedelta(days=9)
        ).deployment.hosted_hours
        == ()
    )


def test_deployment_that_was_replaced_ends_the_old_one() -> None:
    """Somebody deleted and made it again between two looks: the first hours are not lost."""
    later = NOVEMBER + timedelta(hours=4)

    row = settle_hours(LIVE, LIVE.with_deployment(live_since=later), later + timedelta(hours=1))

    assert row.deployment.hosted_hours == (("2026-11", "Standard", 4.0),)
    assert row.deployment.live_since == later


def test_months_are_separate() -> None:
    """A life over the turn of the year has hours in three months."""
    began = datetime(2026, 11, 30, 23, tzinfo=UTC)

    found = list(hours_by_month(began, datetime(2027, 1, 1, 2, tzinfo=UTC)))

    assert found == [("2026-11", 1.0), ("2026-12", 744.0), ("2027-01", 2.0)]


@given(TIMES, TIMES)
def test_months_add_up_to_the_whole(began: datetime, ended: datetime) -> None:
    """However many months a life spans, no hour is lost or counted twice."""
    found = list(hours_by_month(began, ended))

    whole = max(0.0, (ended - began) / timedelta(hours=1))
    assert sum(number for _, number in found) == pytest.approx(whole)
    assert len({month for month, _ in found}) == len(found)


def test_training_is_noted_once() -> None:
    """Every look at a job that has ended says it again."""
    row = ROW.with_training(type="Developer")
    for _ in range(3):
        row = add_charge(row, "ftjob-1", NOVEMBER, 5_000)

    assert row.training.charges == (TrainingCharge("ftjob-1", NOVEMBER, "Developer", 5_000),)


def test_second_training_is_noted_beside_the_first() -> None:
    """A run that is trained again has cost both."""
    row = add_charge(add_charge(ROW, "ftjob-1", NOVEMBER, 5), "ftjob-2", NOVEMBER, None)

    assert [line[0] for line in row.training.charges] == ["ftjob-1", "ftjob-2"]
