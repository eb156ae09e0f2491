"""What the service says of a job, leaves out, or refuses to say."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shared.clients.jobs import JobFacts, jobs
from shared.errors import ServiceError
from tests.shared.clients.conftest import Reply, ScriptedServer
from tests.shared.clients.jobs import BARE, MODEL


def test_absent_fields_are_none(scripted_server: ScriptedServer) -> None:
    """The service leaves out what OpenAI's schema calls required; that is no error."""
    scripted_server.reply_with(Reply(200, BARE))

    found = jobs().get("ftjob-1")

    assert found == JobFacts(
        id="ftjob-1",
        status="pending",
        model=MODEL,
        training_file="file-1",
        tuned_model=None,
        trained_tokens=None,
        estimated_finish=None,
        created_at=datetime.fromtimestamp(1700000000, UTC),
        finished_at=None,
        error_code=None,
        error_message=None,
        result_files=(),
    )


@pytest.mark.parametrize("method", ["method", "hyperparameters"])
def test_null_fields_are_none(scripted_server: ScriptedServer, method: str) -> None:
    """Nulls read as absence does, and the estimate as a time."""
    nulls = dict.fromkeys((method, "result_files", "metadata", "integrations", "error", "seed"))
    scripted_server.reply_with(Reply(200, BARE | nulls | {"estimated_finish": 1700000600}))

    found = jobs().get("ftjob-1")

    assert found is not None
    assert found.result_files == ()
    assert found.estimated_finish == datetime.fromtimestamp(1700000600, UTC)


def test_results_lose_their_bom(scripted_server: ScriptedServer) -> None:
    """The mark that Azure may put before a file does not end up in the first column's name."""
    scripted_server.reply_with(
        Reply(200, BARE | {"result_files": ["file-r"]}), Reply(200, b"\xef\xbb\xbfstep,a")
    )
    job = jobs().get("ftjob-1")
    assert job is not None

    assert jobs().results(job) == b"step,a"


@pytest.mark.usefixtures("app")
def test_missing_job_is_none() -> None:
    """A job that is not there is None."""
    assert jobs().get("ftjob-00000000000000000000000000000000") is None


@pytest.mark.parametrize(
    "call",
    [
        lambda: jobs().get("ftjob-1"),
        lambda: jobs().cancel("ftjob-1"),
        lambda: jobs().events("ftjob-1"),
    ],
)
def test_failure_is_not_taken_for_absence(
    scripted_server: ScriptedServer, call: Callable[[], object]
) -> None:
    """Only a 404 means that something is not there; any other refusal is an error."""
    scripted_server.reply_with(
        Reply(500, {"error": {"code": "InternalServerError", "message": "Oh."}})
    )

    with pytest.raises(ServiceError, match="Oh"):
        call()
