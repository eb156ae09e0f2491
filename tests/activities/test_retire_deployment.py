"""Retirement: three witnesses must agree, and whoever chats in between wins."""

from dataclasses import replace
from datetime import timedelta

import pytest

from activities import retire_deployment as module
from activities.create_deployment import create_deployment
from activities.retire_deployment import retire_deployment
from shared import clock, waking
from shared.clients.completions import probe
from shared.clients.deployments import deployments
from shared.pipeline import Phase, RunRef
from shared.registry import registry
from shared.registry.rows import iso
from shared.settings import settings
from shared.use import written
from tests.activities.calls import at_once, call, settled
from tests.activities.conftest import change, row
from tests.services import Emulator

DELETE = {"method": "DELETE", "path": "*/deployments/*"}
MONITOR = {"path": "*metrics:getBatch*"}


def ago(days: float) -> str:
    """An ISO time that many days before now."""
    return iso(clock.now() - timedelta(days=days))


def names(emulator: Emulator) -> list[str]:
    """The deployments at the service."""
    return [one["name"] for one in emulator.look("state")["deployments"]]


@pytest.fixture
def idle(serving: RunRef) -> RunRef:
    """A serving run that nobody has used since it was deployed 16 days ago."""
    change(serving, deployed=ago(16), live_since=ago(16))
    return serving


def test_hours_until_it_was_gone_stay_in_the_row(idle: RunRef) -> None:
    """Sixteen days were paid for, and the row says so after the deployment is deleted."""
    settled(retire_deployment, idle)

    hours = sum(number for _, sku, number in row(idle).hosted if sku == "Standard")
    assert hours == pytest.approx(16 * 24, abs=0.1)
    assert row(idle).live_since == ""


def test_idle_deployment_is_deleted_and_the_model_kept(idle: RunRef, emulator: Emulator) -> None:
    """The version falls asleep with the evidence in its timeline; job and model stay known."""
    outcome = settled(retire_deployment, idle)

    now = row(idle)
    assert outcome.result == "done"
    assert names(emulator) == ["gpt-4.1-mini"]
    assert (now.phase, now.deployment, now.retiring) == ("asleep", "", False)
    assert now.tuned_model
    assert "idle for 16.0 days" in now.timeline[-1][2]


def test_used_deployment_is_kept_with_the_reason(serving: RunRef, emulator: Emulator) -> None:
    """A deployment that is younger than the limit stays."""
    outcome = settled(retire_deployment, serving)

    assert (outcome.result, outcome.code) == ("refused", "kept")
    assert "limit 15.0 days" in outcome.message
    assert serving.run in names(emulator)


def test_monitor_s_word_keeps_it(idle: RunRef, emulator: Emulator) -> None:
    """A request that only Azure Monitor knows of counts."""
    probe(idle.run)

    outcome = settled(retire_deployment, idle)

    assert (outcome.result, outcome.code) == ("refused", "kept")
    assert idle.run in names(emulator)


def test_registry_s_word_keeps_it(idle: RunRef, emulator: Emulator) -> None:
    """A use that only the registry knows of counts."""
    change(idle, last_used=ago(1))

    assert settled(retire_deployment, idle).code == "kept"
    assert idle.run in names(emulator)


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 403}, {"reset": True}])
def test_without_monitor_nothing_is_deleted(
    idle: RunRef, emulator: Emulator, fault: dict[str, object]
) -> None:
    """If Monitor cannot be asked, the deployment stays, however idle the registry says it is."""
    emulator.control("faults", {**MONITOR, **fault, "times": 0})

    outcome = call(retire_deployment, idle)

    assert outcome.result in ("wait", "refused")
    assert idle.run in names(emulator)
    assert row(idle).phase == "serving"


def test_without_a_monitor_address_nothing_is_deleted(
    idle: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `AZURE_METRICS_ENDPOINT` the deployment is kept, and the reason names it."""
    monkeypatch.delenv("AZURE_METRICS_ENDPOINT")
    settings.cache_clear()

    outcome = call(retire_deployment, idle)

    assert (outcome.result, outcome.code) == ("refused", "metrics_unset")
    assert "AZURE_METRICS_ENDPOINT" in outcome.message
    assert idle.run in names(emulator)


def test_chat_between_judgement_and_mark_wins(
    idle: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chat that arrives after the verdict and before the mark keeps the deployment."""
    judged = module._judge

    def then_a_chat(version: object) -> object:
        decision = judged(version)  # type: ignore[arg-type]
        written(idle.run, clock.now())
        return decision

    monkeypatch.setattr(module, "_judge", then_a_chat)

    first = call(retire_deployment, idle)
    second = call(retire_deployment, idle)

    assert (first.result, first.code) == ("wait", "changed")
    assert (second.result, second.code) == ("refused", "kept")
    assert idle.run in names(emulator)
    assert row(idle).phase == "serving"


def test_pinned_model_is_kept(idle: RunRef, emulator: Emulator) -> None:
    """A pin exempts what serves."""
    model = registry().model("travel")
    assert model is not None
    registry().put_model(model, replace(model, pinned=ago(-1)))

    outcome = call(retire_deployment, idle)

    assert (outcome.result, outcome.code) == ("refused", "pinned")
    assert idle.run in names(emulator)
    assert row(idle).timeline[-1][2].startswith("pinned: created")


def test_pin_that_is_over_keeps_nothing(idle: RunRef, emulator: Emulator) -> None:
    """After its time a pin exempts nothing, however idle the deployment became under it."""
    model = registry().model("travel")
    assert model is not None
    registry().put_model(model, replace(model, pinned=ago(0.1)))

    assert settled(retire_deployment, idle).code == "retired"
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
    assert (now.phase, now.deployment, now.verdict) == ("serving", idle.run, "dry_run")
    assert now.timeline[-1][2].startswith("dry_run: created")
    assert idle.run in names(emulator)


def test_warning_comes_and_goes(serving: RunRef) -> None:
    """Two days before the end the row warns; after a use it does not."""
    change(serving, deployed=ago(14))

    call(retire_deployment, serving)
    warned = row(serving).warning
    change(serving, last_used=ago(0))
    call(retire_deployment, serving)

    assert "idle for 14.0 days" in warned
    assert row(serving).warning == ""
    notes = [note.partition(":")[0] for _, _, note in row(serving).timeline]
    assert notes[-2:] == ["warned", "kept"]


def test_every_day_s_evidence_is_one_line(serving: RunRef) -> None:
    """The timeline grows with a decision that changes; the newest evidence stands beside it."""
    change(serving, deployed=ago(3))
    call(retire_deployment, serving)
    first = row(serving)
    change(serving, last_used=ago(1))

    call(retire_deployment, serving)

    second = row(serving)
    assert second.timeline == first.timeline
    assert first.timeline[-1][2] == f"kept: {first.evidence}"
    assert "idle for 3.0 days" in first.evidence
    assert "idle for 1.0 days" in second.evidence
    assert second.judged > first.judged


def test_superseded_version_goes_after_a_day(serving: RunRef, emulator: Emulator) -> None:
    """KEEP_PREVIOUS after it was superseded the deployment goes; the phase stays."""
    change(serving, phase=Phase.SUPERSEDED, deployed=ago(3), superseded=ago(0.5))
    early = settled(retire_deployment, serving)
    change(serving, superseded=ago(1.1))

    late = settled(retire_deployment, serving)

    assert (early.code, late.result) == ("kept", "done")
    assert names(emulator) == ["gpt-4.1-mini"]
    assert (row(serving).phase, row(serving).deployment) == ("superseded", "")


def test_deployment_that_is_gone_is_noticed(serving: RunRef, emulator: Emulator) -> None:
    """What a person, the service or the Developer tier deleted is asleep, not an error."""
    deployments().delete(serving.run)

    outcome = settled(retire_deployment, serving)

    assert (outcome.result, outcome.code) == ("done", "gone")
    assert (row(serving).phase, row(serving).deployment) == ("asleep", "")
    assert "tunedrop did not delete it" in row(serving).timeline[-1][2]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [{"reset": True}, {"status": 500}])
def test_lost_answer_ends_in_one_deletion(
    idle: RunRef, emulator: Emulator, when: str, kind: dict[str, object]
) -> None:
    """Whatever becomes of the answer, the deployment goes and the row says so."""
    emulator.control("faults", {**DELETE, "when": when, **kind})

    call(retire_deployment, idle)

    assert settled(retire_deployment, idle).result == "done"
    assert names(emulator) == ["gpt-4.1-mini"]
    assert (row(idle).phase, row(idle).deployment) == ("asleep", "")


def test_deletion_is_waited_for(idle: RunRef, emulator: Emulator) -> None:
    """A deletion that takes its time is a wait; the row is marked until it is over."""
    emulator.control("transitions", {"delete": "reads:3"})

    outcome = call(retire_deployment, idle)
    marked = row(idle)

    assert (outcome.result, outcome.code) == ("wait", "deleting")
    assert (marked.phase, marked.retiring, marked.deployment) == ("asleep", True, idle.run)
    assert settled(retire_deployment, idle).result == "done"
    assert (row(idle).retiring, row(idle).deployment) == (False, "")


def test_another_change_of_the_account_is_waited_out(idle: RunRef, emulator: Emulator) -> None:
    """`RequestConflict` is a wait."""
    body = {"error": {"code": "RequestConflict", "message": "Another operation."}}
    emulator.control("faults", {**DELETE, "status": 409, "body": body})

    assert call(retire_deployment, idle).code == "RequestConflict"
    assert settled(retire_deployment, idle).result == "done"


def test_duplicates_at_once_delete_once(idle: RunRef, emulator: Emulator) -> None:
    """Four at the same moment end in one sleeping version with one line in its timeline."""
    at_once(retire_deployment, idle)

    assert settled(retire_deployment, idle).result == "done"
    assert names(emulator) == ["gpt-4.1-mini"]
    assert [line[0] for line in row(idle).timeline].count("asleep") == 1


def test_second_call_finds_nothing_to_do(idle: RunRef) -> None:
    """A duplicate after the deletion is done and changes nothing."""
    settled(retire_deployment, idle)
    before = row(idle)

    assert call(retire_deployment, idle).result == "done"
    assert row(idle) == before


def test_account_that_cannot_be_asked_is_no_sleep(idle: RunRef, emulator: Emulator) -> None:
    """A 404 for the account does not make every model look deleted."""
    body = {"error": {"code": "ResourceGroupNotFound", "message": "No such group."}}
    emulator.control(
        "faults", {"method": "GET", "path": "*/deployments/*", "status": 404, "body": body}
    )

    outcome = call(retire_deployment, idle)

    assert outcome.code == "ResourceGroupNotFound"
    assert row(idle).phase == "serving"


def test_version_that_wakes_is_left_alone(serving: RunRef, emulator: Emulator) -> None:
    """A version that was woken after the round began is not taken for one that is gone."""
    deployments().delete(serving.run)
    change(serving, phase=Phase.ASLEEP)
    waking.claim(serving.run, "a test asked")
    before = row(serving)

    outcome = settled(retire_deployment, serving)

    assert (outcome.result, outcome.code) == ("refused", "kept")
    assert row(serving) == before


def test_late_deletion_spares_the_new_deployment(idle: RunRef, emulator: Emulator) -> None:
    """A duplicate that comes after the version was woken again deletes nothing."""
    marked = module._marked(row(idle), module._judge(row(idle)))
    ref = waking.claim(idle.run, "a test asked").ref
    change(ref, retire_claim="")  # long ago
    settled(create_deployment, ref)
    change(ref, phase=Phase.SERVING, waking="")

    outcome = module._delete(marked, "begun before")

    assert outcome.result == "done"
    assert idle.run in names(emulator)
    assert row(idle).deployment == idle.run
