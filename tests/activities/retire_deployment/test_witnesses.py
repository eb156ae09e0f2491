"""Who knows of a use keeps the deployment, and so does who cannot be asked."""

import pytest

from activities import retire_deployment as module
from activities.retire_deployment import retire_deployment
from shared import clock
from shared.clients.completions import probe
from shared.deployments import pins
from shared.deployments.last_used import move_last_used_forward
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import call, settle
from tests.activities.conftest import change, row
from tests.activities.retire_deployment import ago, names
from tests.services import Emulator

MONITOR = {"path": "*metrics:getBatch*"}


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

    assert outcome.code == "ResourceGroupNotFound"
    assert row(idle).phase == "serving"
