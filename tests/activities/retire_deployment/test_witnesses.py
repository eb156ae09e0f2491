"""Who knows of a use keeps the deployment, and so does who cannot be asked."""

import pytest

from activities import retire_deployment as module
from activities.retire_deployment import retire_deployment
from shared import clock
from shared.clients.completions import probe
from shared.deployments import pins
from shared.deployments.daily_round import daily_rounds
from shared.deployments.last_used import move_last_used_forward
from shared.notifications.events import event_text, find_event
from shared.runs.orchestration import RunRef
from tests.activities.calls import call, settle
from tests.activities.conftest import change, row
from tests.activities.retire_deployment import ago, names
from tests.services import Emulator

MONITOR = {"path": "*/Microsoft.Insights/metrics"}


def test_used_deployment_is_kept_with_the_reason(serving: RunRef, emulator: Emulator) -> None:
    """A deployment that is younger than the limit stays."""
    outcome = settle(retire_deployment, serving)

    assert (outcome.result, outcome.code) == ("refused", "kept")
    assert "limit 15.0 days" in outcome.message
    assert serving.run in names(emulator)


def test_monitor_s_word_keeps_it(idle: RunRef, emulator: Emulator) -> None:
    """A request that only Azure Monitor knows of counts."""
    probe(idle.run)

    outcome = settle(retire_deployment, idle)

    assert (outcome.result, outcome.code) == ("refused", "kept")
    assert idle.run in names(emulator)


def test_registry_s_word_keeps_it(idle: RunRef, emulator: Emulator) -> None:
    """A use that only the registry knows of counts."""
    change(idle, deployment_last_used=ago(1))

    assert settle(retire_deployment, idle).code == "kept"
    assert idle.run in names(emulator)


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 403}, {"reset": True}])
def test_without_monitor_nothing_is_deleted(
    idle: RunRef, emulator: Emulator, fault: dict[str, object]
) -> None:
    """If Monitor cannot be asked, the deployment stays, and the verdict is `unknown`."""
    emulator.control("faults", {**MONITOR, **fault, "times": 0})

    outcome = call(retire_deployment, idle)

    assert (outcome.result, outcome.code) == ("refused", "unknown")
    assert idle.run in names(emulator)
    assert row(idle).phase == "serving"
    assert row(idle).idleness.verdict == "unknown"


def test_missing_role_is_a_verdict_with_its_reason(idle: RunRef, emulator: Emulator) -> None:
    """The row has the role that is missing and since when; the timeline has one line."""
    emulator.control("roles", {"Monitoring Reader": "none"})

    call(retire_deployment, idle)
    first = row(idle)
    daily_rounds().record_end()
    call(retire_deployment, idle)
    second = row(idle)

    assert "Monitoring Reader on the Azure OpenAI resource" in first.idleness.evidence
    assert "Whether it is idle is unknown since" in first.idleness.warning
    assert second.idleness.unknown_since == first.idleness.unknown_since == first.idleness.judged
    assert (first.idleness.unknown_rounds, second.idleness.unknown_rounds) == (1, 2)
    assert [entry.note.partition(":")[0] for entry in second.timeline].count("unknown") == 1


def test_role_that_is_given_ends_the_doubt(idle: RunRef, emulator: Emulator) -> None:
    """With the role on the resource alone, which is what the documentation asks for, it goes."""
    emulator.control("roles", {"Monitoring Reader": "none"})
    call(retire_deployment, idle)
    emulator.control("roles", {"Monitoring Reader": "account"})

    assert settle(retire_deployment, idle).code == "retired"
    assert idle.run not in names(emulator)
    assert row(idle).idleness.unknown_since is None


def test_repeated_call_counts_no_second_round(idle: RunRef, emulator: Emulator) -> None:
    """Activities run at least once: only an ended round in between makes another round."""
    emulator.control("roles", {"Monitoring Reader": "none"})
    daily_rounds().record_end()

    for _ in range(3):
        call(retire_deployment, idle)

    assert row(idle).idleness.unknown_rounds == 1


def test_people_are_notified_after_two_rounds(idle: RunRef, emulator: Emulator) -> None:
    """One notification for each time that the witnesses are away, from the second round on."""
    emulator.control("roles", {"Monitoring Reader": "none"})
    found = []
    for _ in range(3):
        call(retire_deployment, idle)
        found.append(find_event(row(idle), "retire"))
        daily_rounds().record_end()

    assert found[0] is None
    assert found[1] is not None
    assert found[1].event == "unconfirmed"
    assert "Monitoring Reader" in event_text(found[1], row(idle))
    assert found[2] is not None
    assert found[2].id == found[1].id


def test_pinned_model_needs_no_monitor(idle: RunRef, emulator: Emulator) -> None:
    """What stays whatever Monitor says is pinned, not unknown."""
    emulator.control("roles", {"Monitoring Reader": "none"})
    pins.guard(pins.pin("brolly", None))

    assert call(retire_deployment, idle).code == "pinned"


def test_chat_between_judgement_and_mark_wins(
    idle: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chat that arrives after the verdict and before the mark keeps the deployment."""
    judged = module._judge

    def then_a_chat(run: object) -> object:
        decision = judged(run)  # type: ignore[arg-type]
        move_last_used_forward(idle.run, clock.now())
        return decision

    monkeypatch.setattr(module, "_judge", then_a_chat)

    first = call(retire_deployment, idle)
    second = call(retire_deployment, idle)

    assert (first.result, first.code) == ("wait", "changed")
    assert (second.result, second.code) == ("refused", "kept")
    assert idle.run in names(emulator)
    assert row(idle).phase == "serving"


def test_pin_between_judgement_and_mark_wins(
    idle: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pin that arrives after the verdict and before the mark keeps the deployment."""
    judged = module._judge

    def then_a_pin(run: object) -> object:
        decision = judged(run)  # type: ignore[arg-type]
        pins.guard(pins.pin("brolly", None))
        return decision

    monkeypatch.setattr(module, "_judge", then_a_pin)

    first = call(retire_deployment, idle)
    second = call(retire_deployment, idle)

    assert (first.result, first.code) == ("wait", "changed")
    assert (second.result, second.code) == ("refused", "pinned")
    assert idle.run in names(emulator)
    assert row(idle).phase == "serving"


def test_account_that_cannot_be_asked_is_no_sleep(idle: RunRef, emulator: Emulator) -> None:
    """A 404 for the account does not make every model look deleted."""
    body = {"error": {"code": "ResourceGroupNotFound", "message": "No such group."}}
    emulator.control(
        "faults", {"method": "GET", "path": "*/deployments/*", "status": 404, "body": body}
    )

    outcome = call(retire_deployment, idle)

    assert outcome.code == "unknown"
    assert "ResourceGroupNotFound" in outcome.message
    assert row(idle).phase == "serving"
    assert row(idle).idleness.verdict == "unknown"
