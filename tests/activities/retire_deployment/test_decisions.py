"""Pins, warnings, dry runs and superseded versions, and what the row says of them."""

from dataclasses import replace

import pytest

from activities.retire_deployment import retire_deployment
from shared.registry import registry
from shared.registry.state import Phase
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import call, settle
from tests.activities.conftest import change, row
from tests.activities.retire_deployment import ago, names
from tests.services import Emulator


def test_pinned_model_is_kept(idle: RunRef, emulator: Emulator) -> None:
    """A pin exempts what serves."""
    model = registry().model("brolly")
    assert model is not None
    registry().put_model(model, replace(model, pinned=ago(-1)))

    outcome = call(retire_deployment, idle)

    assert (outcome.result, outcome.code) == ("refused", "pinned")
    assert idle.run in names(emulator)
    assert row(idle).timeline[-1][2].startswith("pinned: created")


def test_pin_that_is_over_keeps_nothing(idle: RunRef, emulator: Emulator) -> None:
    """After its time a pin exempts nothing, however idle the deployment became under it."""
    model = registry().model("brolly")
    assert model is not None
    registry().put_model(model, replace(model, pinned=ago(0.1)))

    assert settle(retire_deployment, idle).code == "retired"
    assert idle.run not in names(emulator)


def test_dry_run_only_tells(
    idle: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `DRY_RUN` nothing is deleted; outcome and timeline say what would be."""
    monkeypatch.setenv("DRY_RUN", "true")
    settings.cache_clear()

    outcome = call(retire_deployment, idle)

    now = row(idle)
    assert (outcome.result, outcome.code) == ("refused", "dry_run")
    assert "It would be deleted" in outcome.message
    assert (now.phase, now.deployment.name, now.idleness.verdict) == (
        "serving",
        idle.run,
        "dry_run",
    )
    assert now.timeline[-1][2].startswith("dry_run: created")
    assert idle.run in names(emulator)


def test_warning_comes_and_goes(serving: RunRef) -> None:
    """Two days before the end the row warns; after a use it does not."""
    change(serving, deployment_created=ago(14))

    call(retire_deployment, serving)
    warned = row(serving).idleness.warning
    change(serving, deployment_last_used=ago(0))
    call(retire_deployment, serving)

    assert "idle for 14.0 days" in warned
    assert row(serving).idleness.warning == ""
    notes = [note.partition(":")[0] for _, _, note in row(serving).timeline]
    assert notes[-2:] == ["warned", "kept"]


def test_every_day_s_evidence_is_one_line(serving: RunRef) -> None:
    """The timeline grows with a decision that changes; the newest evidence stands beside it."""
    change(serving, deployment_created=ago(3))
    call(retire_deployment, serving)
    first = row(serving)
    change(serving, deployment_last_used=ago(1))

    call(retire_deployment, serving)

    second = row(serving)
    assert second.timeline == first.timeline
    assert first.timeline[-1][2] == f"kept: {first.idleness.evidence}"
    assert "idle for 3.0 days" in first.idleness.evidence
    assert "idle for 1.0 days" in second.idleness.evidence
    assert first.idleness.judged is not None
    assert second.idleness.judged is not None
    assert second.idleness.judged > first.idleness.judged


def test_superseded_version_goes_after_a_day(serving: RunRef, emulator: Emulator) -> None:
    """KEEP_PREVIOUS after it was superseded the deployment goes; the phase stays."""
    change(
        serving,
        phase=Phase.SUPERSEDED,
        deployment_created=ago(3),
        deployment_superseded_since=ago(0.5),
    )
    early = settle(retire_deployment, serving)
    change(serving, deployment_superseded_since=ago(1.1))

    late = settle(retire_deployment, serving)

    assert (early.code, late.result) == ("kept", "done")
    assert names(emulator) == ["gpt-4.1-mini"]
    assert (row(serving).phase, row(serving).deployment.name) == ("superseded", "")
