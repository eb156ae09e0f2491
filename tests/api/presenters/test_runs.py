"""Rows of the registry as bodies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.presenters import costs, runs
from shared.deployments.pins import FOR_GOOD
from shared.registry import Model, Run
from shared.registry.records import Dataset, TimelineEntry, iso
from shared.registry.state import Phase
from shared.settings import Settings

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAY = timedelta(days=1)
BASE = "https://a/api"
ROW = Run(
    model="travel",
    id="travel-0123456789",
    phase=Phase.TRAINING,
    created=iso(NOW - 3 * DAY),
    timeline=(
        TimelineEntry("received", iso(NOW - 3 * DAY), "travel.jsonl"),
        TimelineEntry("training", iso(NOW)),
    ),
    waiting="the job is running",
    dataset=Dataset(blob="travel.jsonl", etag="0x1"),
)
LIVE = replace(ROW, phase=Phase.SERVING).with_deployment(
    name="travel-0123456789", created=iso(NOW - 9 * DAY)
)
SETTINGS = Settings(
    endpoint="https://a",
    subscription="s",
    resource_group="g",
    account="a",
    base_model="m",
    base_deployment="b",
    metrics_endpoint="https://m",
)
COSTS = costs.of_run(ROW, SETTINGS, NOW)


@pytest.fixture
def settings() -> Settings:
    """Settings under which idle deployments are deleted."""
    return SETTINGS


def test_a_run_shows_what_its_orchestration_waits_for() -> None:
    """The living orchestration knows best what it waits for, and when it looks again."""
    custom = {"waiting": "rate limit", "next_poll": "2026-11-25T12:10:00Z", "event": "poll-now-3"}

    run = runs.run(ROW, BASE, custom, None, COSTS, NOW)

    assert (run.waiting, run.next_look) == ("rate limit", "2026-11-25T12:10:00Z")


def test_a_run_without_an_orchestration_shows_its_row() -> None:
    """Without a living orchestration the registry's words are shown."""
    run = runs.run(ROW, BASE, {}, None, COSTS, NOW)

    assert (run.waiting, run.next_look, run.error) == ("the job is running", None, None)
    assert [(entry.phase, entry.note) for entry in run.timeline] == [
        ("received", "travel.jsonl"),
        ("training", None),
    ]


def test_a_closed_run_says_why() -> None:
    """The error of a run has code, message and next step."""
    row = replace(ROW, phase=Phase.REJECTED).with_error(code="few", message="9", hint="10")

    error = runs.run(row, BASE, {}, None, COSTS, NOW).error

    assert error is not None
    assert (error.code, error.message, error.hint) == ("few", "9", "10")


@pytest.mark.parametrize(
    ("phase", "step"),
    [
        (Phase.RECEIVED, 0),
        (Phase.TRAINING, 4),
        (Phase.SERVING, 7),
        (Phase.ASLEEP, 7),
        (Phase.SUPERSEDED, 7),
    ],
)
def test_progress_on_the_way(phase: Phase, step: int) -> None:
    """Each phase is a step on the way to serving; what served has come all the way."""
    progress = runs.progress(replace(ROW, phase=phase, timeline=()))

    assert (progress.step, progress.of) == (step, 7)


def test_progress_of_a_closed_run() -> None:
    """A run that failed shows how far it came."""
    assert runs.progress(replace(ROW, phase=Phase.FAILED)).step == 4


def test_a_deployment_retires_after_its_last_use(settings: Settings) -> None:
    """The last use counts; before any, the deployment's own age does."""
    unused = runs.deployment(LIVE, None, settings, NOW)
    used = runs.deployment(LIVE.with_deployment(last_used=iso(NOW - DAY)), None, settings, NOW)

    assert (unused.idle_seconds, unused.retires_at) == (9 * 86400, iso(NOW + 6 * DAY))
    assert (used.idle_seconds, used.retires_at) == (86400, iso(NOW + 14 * DAY))
    assert used.warning is None


def test_a_superseded_deployment_retires_soon(settings: Settings) -> None:
    """A superseded version stays for `KEEP_PREVIOUS` after it was superseded, pinned or not."""
    row = replace(LIVE, phase=Phase.SUPERSEDED).with_deployment(
        superseded_since=iso(NOW - timedelta(hours=1))
    )

    body = runs.deployment(row, Model(model="travel", pinned=FOR_GOOD), settings, NOW)

    assert body.retires_at == iso(NOW + timedelta(hours=23))


def test_what_is_never_deleted(settings: Settings) -> None:
    """Pinned models, deployments in the making, dry runs and apps without Monitor have no end."""
    pinned = runs.deployment(LIVE, Model(model="travel", pinned=FOR_GOOD), settings, NOW)
    dry = runs.deployment(LIVE, None, replace(settings, dry_run=True), NOW)
    blind = runs.deployment(LIVE, None, replace(settings, metrics_endpoint=None), NOW)

    young = runs.deployment(replace(LIVE, phase=Phase.DEPLOYING), None, settings, NOW)

    assert {body.retires_at for body in (pinned, dry, blind, young)} == {None}


def test_a_pin_that_ends(settings: Settings) -> None:
    """A pinned deployment stays to the end of the pin, and after that as long as it is used."""
    soon = Model(model="travel", pinned=iso(NOW + DAY))
    late = Model(model="travel", pinned=iso(NOW + 30 * DAY))

    idle = runs.deployment(LIVE, soon, settings, NOW)
    held = runs.deployment(LIVE, late, settings, NOW)

    assert (idle.retires_at, held.retires_at) == (iso(NOW + 6 * DAY), iso(NOW + 30 * DAY))
    assert held.pinned == iso(NOW + 30 * DAY)
    assert runs.deployment(LIVE, late, settings, NOW + 31 * DAY).pinned is None


def test_what_was_decided(settings: Settings) -> None:
    """The last decision is shown with its evidence, once there is one."""
    row = LIVE.with_idleness(verdict="kept", evidence="created then", judged=iso(NOW))

    decision = runs.deployment(row, None, settings, NOW).decision

    assert decision is not None
    assert (decision.verdict, decision.evidence, decision.at) == ("kept", "created then", iso(NOW))
    assert runs.deployment(LIVE, None, settings, NOW).decision is None


def test_warnings(settings: Settings) -> None:
    """In its last days a deployment is warned of, as in its row or by the time alone."""
    row = LIVE.with_deployment(created=iso(NOW - 14 * DAY))

    soon = runs.deployment(row, None, settings, NOW).warning
    due = runs.deployment(row, None, settings, NOW + 2 * DAY).warning
    warning = runs.deployment(row.with_idleness(warning="said"), None, settings, NOW).warning

    assert soon == f"It will be deleted after {iso(NOW + DAY)} unless it is used."
    assert due is not None
    assert "next daily round" in due
    assert warning == "said"
