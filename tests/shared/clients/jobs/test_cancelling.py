"""A job is stopped once, and only what is in the way is an error."""

import pytest

from shared.clients.jobs import jobs
from shared.errors import ServiceError
from tests.services import Emulator
from tests.shared.clients.conftest import Reply, ScriptedServer
from tests.shared.clients.jobs import BARE, latest, request, upload_file


@pytest.mark.usefixtures("app")
def test_cancel_stops_a_job_and_may_be_repeated(emulator: Emulator) -> None:
    """A job is cancelled once; a second cancel, and one of no job, are fine."""
    training_file = upload_file()
    emulator.control("transitions", {"job": "seconds:3600", "queue": "seconds:0"})
    job = jobs().create(request(training_file))

    jobs().cancel(job.id)
    jobs().cancel(job.id)
    jobs().cancel("ftjob-00000000000000000000000000000000")

    assert latest(job).status == "cancelled"


@pytest.mark.usefixtures("app")
def test_cancel_of_a_job_that_succeeded_is_fine() -> None:
    """A job that finished at the same time stays as it is."""
    job = jobs().create(request(upload_file()))
    assert latest(job).status == "succeeded"

    jobs().cancel(job.id)

    assert latest(job).status == "succeeded"


def test_cancel_that_is_refused_says_so(scripted_server: ScriptedServer) -> None:
    """A refusal for a job that has not ended is not swallowed."""
    scripted_server.reply_with(
        Reply(400, {"error": {"code": "bad", "message": "No."}}),
        Reply(200, BARE | {"status": "running"}),
    )

    with pytest.raises(ServiceError, match="No"):
        jobs().cancel("ftjob-1")
