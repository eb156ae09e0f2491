"""Jobs are found by their file, over all pages, and counted by state."""

import pytest

from shared.clients.jobs import ENDED, JobCounts, jobs
from tests.shared.clients.conftest import Reply, ScriptedServer
from tests.shared.clients.jobs import BARE, request, upload_file


@pytest.mark.usefixtures("app")
def test_jobs_are_found_by_training_file() -> None:
    """Only jobs on that file are found, oldest first, so that a second one can be cancelled."""
    first, other = upload_file(), upload_file()
    made = [jobs().create(request(first)) for _ in range(2)]
    jobs().create(request(other))

    found = jobs().find(first)

    assert {job.id for job in found} == {job.id for job in made}
    assert [job.created_at for job in found] == sorted(job.created_at for job in found)


def test_all_pages_are_found(scripted_server: ScriptedServer) -> None:
    """A job on the second page is found, and the second page is asked for after the first."""
    page = [BARE | {"id": f"ftjob-{number}", "training_file": "file-9"} for number in range(3)]
    scripted_server.reply_with(
        Reply(200, {"object": "list", "data": page, "has_more": True}),
        Reply(200, {"object": "list", "data": [BARE | {"id": "ftjob-x"}], "has_more": False}),
    )

    assert [job.id for job in jobs().find("file-1")] == ["ftjob-x"]
    assert "after=ftjob-2" in scripted_server.seen[1].path


def test_running_counts_by_state(scripted_server: ScriptedServer) -> None:
    """Waiting states wait, paused ones hold no place, others run; ended ones count in the total."""
    states = ["running", "pausing", "pending", "queued", "validating_files", "paused", *ENDED]
    page = [BARE | {"id": f"ftjob-{state}", "status": state} for state in states]
    scripted_server.reply_with(Reply(200, {"object": "list", "data": page, "has_more": False}))

    assert jobs().counts() == JobCounts(total=len(states), running=2, waiting=3)
