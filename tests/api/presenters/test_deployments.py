"""Deployments as response bodies: when they retire, and why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from api.presenters.deployments import deployment
from shared.deployments.pins import FOR_GOOD
from shared.registry import Model
from shared.registry.parts import IdleVerdict
from shared.registry.records import iso
from shared.registry.state import Phase
from shared.settings import Settings
from tests.api.presenters.test_runs import DAY, LIVE, NOW, SETTINGS


@pytest.fixture
def settings() -> Settings:
    """Settings under which idle deployments are deleted."""
    return SETTINGS


def test_a_deployment_retires_after_its_last_use(settings: Settings) -> None:
    """The last use counts; before any, the deployment's own age does."""
    unused = deployment(LIVE, None, settings, NOW)
    usage_row = deployment(LIVE.with_deployment(last_used=NOW - DAY), None, settings, NOW)

    assert (unused.idle_seconds, unused.retires_at) == (9 * 86400, iso(NOW + 6 * DAY))
    assert (usage_row.idle_seconds, usage_row.retires_at) == (86400, iso(NOW + 14 * DAY))
    assert usage_row.warning is None


def test_a_superseded_deployment_retires_soon(settings: Settings) -> None:
    """A superseded version stays for `KEEP_PREVIOUS` after it was superseded, pinned or not."""
    row = replace(LIVE, phase=Phase.SUPERSEDED).with_deployment(
        superseded_since=NOW - timedelta(hours=1)
    )

    body = deployment(row, Model(model="brolly", pinned=FOR_GOOD), settings, NOW)

    assert body.retires_at == iso(NOW + timedelta(hours=23))


def test_what_is_never_deleted(settings: Settings) -> None:
    """Pinned models, deployments in the making, dry runs and unknown verdicts have no end."""
    pinned = deployment(LIVE, Model(model="brolly", pinned=FOR_GOOD), settings, NOW)
    dry = deployment(LIVE, None, replace(settings, dry_run=True), NOW)
    unknown = LIVE.with_idleness(verdict=IdleVerdict.UNKNOWN, unknown_since=NOW - DAY)
    blind = deployment(unknown, None, settings, NOW)
    young = deployment(replace(LIVE, phase=Phase.DEPLOYING), None, settings, NOW)

    assert {body.retires_at for body in (pinned, dry, blind, young)} == {None}


def test_a_pin_that_ends(settings: Settings) -> None:
    """A pinned deployment stays to the end of the pin, and after that as long as it is used."""
    soon = Model(model="brolly", pinned=NOW + DAY)
    late = Model(model="brolly", pinned=NOW + 30 * DAY)

    idle = deployment(LIVE, soon, settings, NOW)
    held = deployment(LIVE, late, settings, NOW)

    assert (idle.retires_at, held.retires_at) == (iso(NOW + 6 * DAY), iso(NOW + 30 * DAY))
    assert held.pinned == iso(NOW + 30 * DAY)
    assert deployment(LIVE, late, settings, NOW + 31 * DAY).pinned is None


def test_what_was_decided(settings: Settings) -> None:
    """The last decision is shown with its evidence, once there is one."""
    row = LIVE.with_idleness(verdict=IdleVerdict.KEEP, evidence="created then", judged=NOW)

    decision = deployment(row, None, settings, NOW).decision

    assert decision is not None
    assert (decision.verdict, decision.evidence, decision.at) == ("kept", "created then", iso(NOW))
    assert deployment(LIVE, None, settings, NOW).decision is None


def test_unknown_verdict_is_shown(settings: Settings) -> None:
    """No deletion is announced that would not come; the reason and since when are there."""
    row = LIVE.with_deployment(created=NOW - 20 * DAY).with_idleness(
        verdict=IdleVerdict.UNKNOWN,
        evidence="Azure Monitor refused",
        warning="Whether it is idle is unknown",
        unknown_since=NOW - DAY,
    )

    body = deployment(row, None, settings, NOW)

    assert body.retires_at is None
    assert body.warning == "Whether it is idle is unknown"
    assert body.decision is not None
    assert (body.decision.verdict, body.decision.since) == ("unknown", iso(NOW - DAY))
    assert body.decision.evidence == "Azure Monitor refused"


def test_warnings(settings: Settings) -> None:
    """In its last days a deployment is warned of, as in its row or by the time alone."""
    row = LIVE.with_deployment(created=NOW - 14 * DAY)

    soon = deployment(row, None, settings, NOW).warning
    due = deployment(row, None, settings, NOW + 2 * DAY).warning
    warning = deployment(row.with_idleness(warning="said"), None, settings, NOW).warning

    assert soon == f"It will be deleted after {iso(NOW + DAY)} unless it is used."
    assert due is not None
    assert "next daily round" in due
    assert warning == "said"
