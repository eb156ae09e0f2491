"""Notifications: deliveries that no run waits for."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from shared.notifications.events import Notification
from tests.local.functions_host.running import until
from tests.orchestrators.host import DONE, POLICY, Stage, refuse, wait

NOTIFYING = replace(
    POLICY, notify=True, notify_first_delay=100.0, notify_max_delay=1000.0, notify_deadline=9000.0
)


def notification(run: str) -> dict[str, Any]:
    """What there is to notify of."""
    at = "2026-11-25T00:00:00.000Z"
    return Notification(f"{run}-serving-1", "serving", run, "play", at).to_dict()


def send_times(stage: Stage, run: str, number: int) -> list[float]:
    """When a notification was sent, once it was so often."""
    until(lambda: len(stage.calls(run, "send_notification")) >= number, 60)
    return [call.at for call in stage.calls(run, "send_notification")]


def test_without_a_receiver_nothing_is_sent(stage: Stage) -> None:
    """Without a receiver a run does not even look for a notification."""
    run = stage.start()

    assert stage.outcome(run).result == "done"
    assert "find_notification" not in stage.names(run)


@pytest.mark.parametrize("orchestrator", ["fine_tune", "wake"])
def test_receiver_that_accepts_nothing_holds_up_no_run(stage: Stage, orchestrator: str) -> None:
    """The run ends at once; the notification is sent again and again, with growing delays."""
    script = {
        "find_notification": [notification("play-receiver")],
        "send_notification": [wait("not_accepted", "HTTP 503")],
    }
    stage.write("play-receiver", script)
    run = stage.start(script, policy=NOTIFYING, orchestrator=orchestrator)
    before = len(stage.calls("play-receiver", "send_notification"))

    outcome = stage.outcome(run)
    times = send_times(stage, "play-receiver", before + 5)[before:]

    assert outcome.result == "done"
    gaps = [later - earlier for earlier, later in pairwise(times)][:4]
    assert gaps == sorted(gaps)
    assert gaps[0] >= 99.0


def test_notification_is_sent_until_it_is_accepted(stage: Stage) -> None:
    """Two refusals, then it is done, and no fourth try comes."""
    name = "play-patient"
    stage.write(name, {"send_notification": [wait(), wait(), DONE]})
    run = stage.start({"find_notification": [notification(name)]}, policy=NOTIFYING)

    stage.outcome(run)
    send_times(stage, name, 3)
    stage.outcome(stage.start())  # another run's whole way in between

    assert stage.names(name).count("send_notification") == 3


def test_failing_search_ends_no_run(stage: Stage) -> None:
    """What cannot be found is not sent; the run ends as it would."""
    run = stage.start({"find_notification": [{"raise": "storage is away"}]}, policy=NOTIFYING)

    assert stage.outcome(run).result == "done"


def test_search_that_fails_is_repeated(stage: Stage) -> None:
    """Storage that was unavailable for a while costs no notification."""
    name = "play-again"
    away = {"raise": "storage is away"}
    run = stage.start({"find_notification": [away, away, notification(name)]}, policy=NOTIFYING)

    stage.outcome(run)

    assert len(send_times(stage, name, 1)) == 1
    assert stage.names(run).count("find_notification") == 3


def test_closed_run_is_reported_after_it_is_closed(stage: Stage) -> None:
    """A rejection is reported once the row says so."""
    run = stage.start(
        {"validate_dataset": [refuse("rejected")], "find_notification": [None]}, policy=NOTIFYING
    )

    assert stage.outcome(run).code == "rejected"
    assert stage.names(run)[-2:] == ["close_run", "find_notification"]


def test_daily_check_notifies_of_each_deployment(stage: Stage) -> None:
    """What was kept may have a warning, so both are searched."""
    refs = [{"run": name, "model": "play"} for name in ("play-one", "play-two")]
    stage.write("play-one", {"retire_deployment": [refuse("kept")], "find_notification": [None]})
    stage.write("play-two", {"find_notification": [None]})
    check = stage.start({"find_retirable": [refs]}, policy=NOTIFYING, orchestrator="retire")

    assert stage.final_status(check)["runtimeStatus"] == "Completed"
    assert stage.names("play-one") == ["retire_deployment", "find_notification"]
    assert stage.names("play-two") == ["retire_deployment", "find_notification"]
