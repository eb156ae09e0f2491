"""Telling the world: notices on a way of their own."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from shared.notifications.events import Notification
from tests.local.functions_host.running import until
from tests.orchestrators.host import DONE, POLICY, Stage, refused, wait

TOLD = replace(
    POLICY, notify=True, notify_first_delay=100.0, notify_max_delay=1000.0, notify_deadline=9000.0
)


def notice(run: str) -> dict[str, Any]:
    """What there is to tell of a run."""
    at = "2026-11-25T00:00:00.000Z"
    return Notification(f"{run}-serving-1", "serving", run, "play", at).to_dict()


def sent(stage: Stage, run: str, number: int) -> list[float]:
    """When a notice was sent, once it was so often."""
    until(lambda: len(stage.calls(run, "send_notification")) >= number, 60)
    return [call.at for call in stage.calls(run, "send_notification")]


def test_nobody_is_told_unless_somebody_wants_it(stage: Stage) -> None:
    """Without a receiver a run does not even look what there is to tell."""
    run = stage.begin()

    assert stage.outcome(run).result == "done"
    assert "find_notification" not in stage.names(run)


@pytest.mark.parametrize("orchestrator", ["fine_tune", "wake"])
def test_receiver_that_takes_nothing_holds_up_no_run(stage: Stage, orchestrator: str) -> None:
    """The run ends at once; the notice is sent again and again, with growing waits."""
    script = {
        "find_notification": [notice("play-receiver")],
        "send_notification": [wait("not_taken", "HTTP 503")],
    }
    stage.write("play-receiver", script)
    run = stage.begin(script, policy=TOLD, orchestrator=orchestrator)
    before = len(stage.calls("play-receiver", "send_notification"))

    outcome = stage.outcome(run)
    times = sent(stage, "play-receiver", before + 5)[before:]

    assert outcome.result == "done"
    gaps = [later - earlier for earlier, later in pairwise(times)][:4]
    assert gaps == sorted(gaps)
    assert gaps[0] >= 99.0


def test_notice_is_sent_until_it_is_taken(stage: Stage) -> None:
    """Two refusals, then it is done, and no fourth try comes."""
    name = "play-patient"
    stage.write(name, {"send_notification": [wait(), wait(), DONE]})
    run = stage.begin({"find_notification": [notice(name)]}, policy=TOLD)

    stage.outcome(run)
    sent(stage, name, 3)
    stage.outcome(stage.begin())  # another run's whole way in between

    assert stage.names(name).count("send_notification") == 3


def test_failing_look_ends_no_run(stage: Stage) -> None:
    """What cannot be told is not told; the run is what it is."""
    run = stage.begin({"find_notification": [{"raise": "storage is away"}]}, policy=TOLD)

    assert stage.outcome(run).result == "done"


def test_look_that_fails_is_repeated(stage: Stage) -> None:
    """Storage that was away for a moment costs no notice."""
    name = "play-again"
    away = {"raise": "storage is away"}
    run = stage.begin({"find_notification": [away, away, notice(name)]}, policy=TOLD)

    stage.outcome(run)

    assert len(sent(stage, name, 1)) == 1
    assert stage.names(run).count("find_notification") == 3


def test_closed_run_is_told_of_after_it_is_closed(stage: Stage) -> None:
    """A rejection is told once the row says so."""
    run = stage.begin(
        {"validate_dataset": [refused("rejected")], "find_notification": [None]}, policy=TOLD
    )

    assert stage.outcome(run).code == "rejected"
    assert stage.names(run)[-2:] == ["close_run", "find_notification"]


def test_daily_round_tells_of_each_deployment(stage: Stage) -> None:
    """What was kept may have a warning, so both are looked at."""
    refs = [{"run": name, "model": "play"} for name in ("play-one", "play-two")]
    stage.write("play-one", {"retire_deployment": [refused("kept")], "find_notification": [None]})
    stage.write("play-two", {"find_notification": [None]})
    round_ = stage.begin({"find_retirable": [refs]}, policy=TOLD, orchestrator="retire")

    assert stage.ended(round_)["runtimeStatus"] == "Completed"
    assert stage.names("play-one") == ["retire_deployment", "find_notification"]
    assert stage.names("play-two") == ["retire_deployment", "find_notification"]
