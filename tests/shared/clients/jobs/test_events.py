"""Events and checkpoints of a job, oldest first."""

import pytest

from shared.clients.jobs import jobs
from tests.shared.clients.conftest import Reply, ScriptedServer
from tests.shared.clients.jobs import latest, request, upload_file


@pytest.mark.usefixtures("app")
def test_events_are_all_there_oldest_first() -> None:
    """Events run from the queue to the end, with the metrics of each step between."""
    job = jobs().create(request(upload_file(), hyperparameters={"n_epochs": 30}))
    assert latest(job).status == "succeeded"

    events = jobs().events(job.id)

    words = [str(event["message"]) for event in events]
    assert words[0].startswith("Job enqueued")
    assert words.index("Job started.") < words.index("Job succeeded.")
    steps = [event["data"]["step"] for event in events if event["type"] == "metrics"]  # type: ignore[index]
    assert len(steps) > 1
    assert steps == sorted(steps)
    assert len({event["id"] for event in events}) == len(events)


def test_events_given_oldest_first_keep_their_order(scripted_server: ScriptedServer) -> None:
    """A service that lists the other way round is read the same."""
    rows = [
        {"id": f"ftevent-{number}", "created_at": at, "message": str(number), "type": "message"}
        for number, at in enumerate([10, 10, 11, 12, 12])
    ]
    scripted_server.reply_with(Reply(200, {"object": "list", "data": rows, "has_more": False}))

    assert [event["message"] for event in jobs().events("ftjob-1")] == ["0", "1", "2", "3", "4"]


def test_events_given_newest_first_are_turned(scripted_server: ScriptedServer) -> None:
    """Events of one second keep the order in which they happened."""
    rows = [
        {"id": f"ftevent-{number}", "created_at": at, "message": str(number), "type": "message"}
        for number, at in [(4, 12), (3, 12), (2, 11), (1, 10), (0, 10)]
    ]
    scripted_server.reply_with(Reply(200, {"object": "list", "data": rows, "has_more": False}))

    assert [event["message"] for event in jobs().events("ftjob-1")] == ["0", "1", "2", "3", "4"]


@pytest.mark.usefixtures("app")
def test_checkpoints_are_oldest_first() -> None:
    """The service keeps the last of them, each with its step."""
    job = jobs().create(request(upload_file(), hyperparameters={"n_epochs": 3}))
    assert latest(job).status == "succeeded"

    steps = [checkpoint["step_number"] for checkpoint in jobs().checkpoints(job.id)]

    assert steps
    assert steps == sorted(steps)  # type: ignore[type-var]
