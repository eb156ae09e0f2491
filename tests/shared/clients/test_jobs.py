"""Fine-tuning jobs at the emulated service, through the real SDK."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shared.clients.files import files
from shared.clients.jobs import ENDED, JobCounts, JobFacts, JobRequest, jobs
from shared.errors import ServiceError
from tests.services import Emulator
from tests.shared.clients.conftest import TRAVEL, Reply, Scripted

MODEL = "gpt-4.1-mini-2025-04-14"
BARE = {
    "id": "ftjob-1",
    "object": "fine_tuning.job",
    "created_at": 1700000000,
    "model": MODEL,
    "status": "pending",
    "training_file": "file-1",
}


def _training_file() -> str:
    return files().upload("run-1.jsonl", io.BytesIO(TRAVEL)).id


def _request(training_file: str, **changed: object) -> JobRequest:
    fields: dict[str, object] = {
        "model": MODEL,
        "training_file": training_file,
        "validation_file": None,
        "suffix": "travel",
        "training_type": "GlobalStandard",
    }
    return JobRequest(**(fields | changed))  # type: ignore[arg-type]  # a test may change any


def _seen(job: JobFacts) -> JobFacts:
    found = jobs().get(job.id)
    assert found is not None
    return found


@pytest.mark.usefixtures("app")
def test_job_succeeds_with_a_model_and_results() -> None:
    """A job ends with a model's name, billed tokens and a results file without a BOM."""
    job = jobs().create(_request(_training_file(), seed=7))

    done = _seen(job)

    assert done.status == "succeeded"
    assert done.tuned_model is not None
    assert "travel" in done.tuned_model
    assert done.trained_tokens
    assert done.finished_at is not None
    assert done.finished_at >= done.created_at
    assert done.seed == 7
    results = jobs().results(done)
    assert results is not None
    rows = list(csv.DictReader(io.StringIO(results.decode())))
    assert rows[0]["step"] == "1"
    assert float(rows[-1]["train_loss"]) > 0


def test_job_starts_pending_and_has_no_results_yet(emulator: Emulator, app: dict[str, str]) -> None:
    """Azure's first state is `pending`; it is waited for, and nothing is there to read."""
    training_file = _training_file()
    emulator.control("transitions", {"job": "seconds:3600", "queue": "seconds:3600"})

    job = jobs().create(_request(training_file))

    assert job.status == "pending"
    assert job.status not in ENDED
    assert (job.tuned_model, job.trained_tokens, job.finished_at) == (None, None, None)
    assert jobs().results(job) is None


@pytest.mark.usefixtures("app")
def test_jobs_are_found_by_training_file() -> None:
    """Only jobs on that file are found, oldest first, so that a second one can be cancelled."""
    first, other = _training_file(), _training_file()
    made = [jobs().create(_request(first)) for _ in range(2)]
    jobs().create(_request(other))

    found = jobs().find(first)

    assert {job.id for job in found} == {job.id for job in made}
    assert [job.created_at for job in found] == sorted(job.created_at for job in found)


def test_all_pages_are_found(scripted: Scripted) -> None:
    """A job on the second page is found, and the second page is asked for after the first."""
    page = [BARE | {"id": f"ftjob-{number}", "training_file": "file-9"} for number in range(3)]
    scripted.says(
        Reply(200, {"object": "list", "data": page, "has_more": True}),
        Reply(200, {"object": "list", "data": [BARE | {"id": "ftjob-x"}], "has_more": False}),
    )

    assert [job.id for job in jobs().find("file-1")] == ["ftjob-x"]
    assert "after=ftjob-2" in scripted.seen[1].path


def test_absent_fields_are_none(scripted: Scripted) -> None:
    """The service leaves out what OpenAI's schema calls required; that is no error."""
    scripted.says(Reply(200, BARE))

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
def test_null_fields_are_none(scripted: Scripted, method: str) -> None:
    """Nulls read as absence does, and the estimate as a time."""
    nulls = dict.fromkeys((method, "result_files", "metadata", "integrations", "error", "seed"))
    scripted.says(Reply(200, BARE | nulls | {"estimated_finish": 1700000600}))

    found = jobs().get("ftjob-1")

    assert found is not None
    assert found.result_files == ()
    assert found.estimated_finish == datetime.fromtimestamp(1700000600, UTC)


def test_request_carries_everything(scripted: Scripted) -> None:
    """The body has the training type at the top, the method with its hyperparameters, no nulls."""
    scripted.says(Reply(200, BARE))

    jobs().create(
        _request(
            "file-1",
            validation_file="file-2",
            seed=3,
            training_type="Developer",
            hyperparameters={"n_epochs": 2, "learning_rate_multiplier": 0.5},
            metadata={"run": "run-1"},
        )
    )

    assert json.loads(scripted.seen[0].body) == {
        "model": MODEL,
        "training_file": "file-1",
        "validation_file": "file-2",
        "suffix": "travel",
        "seed": 3,
        "trainingType": "Developer",
        "method": {
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": 2, "learning_rate_multiplier": 0.5}},
        },
        "metadata": {"run": "run-1"},
    }


def test_lost_answer_pays_for_one_job(emulator: Emulator, app: dict[str, str]) -> None:
    """A creation whose answer is lost is never repeated by itself."""
    training_file = _training_file()
    fault = {"method": "POST", "path": "*/fine_tuning/jobs", "when": "after", "reset": True}
    emulator.control("faults", fault)

    with pytest.raises(ServiceError) as caught:
        jobs().create(_request(training_file))

    assert caught.value.retryable
    assert len(jobs().find(training_file)) == 1


@pytest.mark.usefixtures("app")
def test_cancel_stops_a_job_and_may_be_repeated(emulator: Emulator) -> None:
    """A job is cancelled once; a second cancel, and one of no job, are fine."""
    training_file = _training_file()
    emulator.control("transitions", {"job": "seconds:3600", "queue": "seconds:0"})
    job = jobs().create(_request(training_file))

    jobs().cancel(job.id)
    jobs().cancel(job.id)
    jobs().cancel("ftjob-00000000000000000000000000000000")

    assert _seen(job).status == "cancelled"


@pytest.mark.usefixtures("app")
def test_cancel_of_a_job_that_succeeded_is_fine() -> None:
    """A job that finished at that moment stays as it is."""
    job = jobs().create(_request(_training_file()))
    assert _seen(job).status == "succeeded"

    jobs().cancel(job.id)

    assert _seen(job).status == "succeeded"


def test_cancel_that_is_refused_says_so(scripted: Scripted) -> None:
    """A refusal for a job that has not ended is not swallowed."""
    scripted.says(
        Reply(400, {"error": {"code": "bad", "message": "No."}}),
        Reply(200, BARE | {"status": "running"}),
    )

    with pytest.raises(ServiceError, match="No"):
        jobs().cancel("ftjob-1")


@pytest.mark.usefixtures("app")
def test_events_are_all_there_oldest_first() -> None:
    """Events run from the queue to the end, with the metrics of each step between."""
    job = jobs().create(_request(_training_file(), hyperparameters={"n_epochs": 30}))
    assert _seen(job).status == "succeeded"

    events = jobs().events(job.id)

    words = [str(event["message"]) for event in events]
    assert words[0].startswith("Job enqueued")
    assert words.index("Job started.") < words.index("Job succeeded.")
    steps = [event["data"]["step"] for event in events if event["type"] == "metrics"]  # type: ignore[index]
    assert len(steps) > 1
    assert steps == sorted(steps)
    assert len({event["id"] for event in events}) == len(events)


def test_events_given_oldest_first_keep_their_order(scripted: Scripted) -> None:
    """A service that lists the other way round is read the same."""
    rows = [
        {"id": f"ftevent-{number}", "created_at": at, "message": str(number), "type": "message"}
        for number, at in enumerate([10, 10, 11, 12, 12])
    ]
    scripted.says(Reply(200, {"object": "list", "data": rows, "has_more": False}))

    assert [event["message"] for event in jobs().events("ftjob-1")] == ["0", "1", "2", "3", "4"]


def test_events_given_newest_first_are_turned(scripted: Scripted) -> None:
    """Events of one second keep the order in which they happened."""
    rows = [
        {"id": f"ftevent-{number}", "created_at": at, "message": str(number), "type": "message"}
        for number, at in [(4, 12), (3, 12), (2, 11), (1, 10), (0, 10)]
    ]
    scripted.says(Reply(200, {"object": "list", "data": rows, "has_more": False}))

    assert [event["message"] for event in jobs().events("ftjob-1")] == ["0", "1", "2", "3", "4"]


@pytest.mark.usefixtures("app")
def test_checkpoints_are_oldest_first() -> None:
    """The service keeps the last of them, each with its step."""
    job = jobs().create(_request(_training_file(), hyperparameters={"n_epochs": 3}))
    assert _seen(job).status == "succeeded"

    steps = [checkpoint["step_number"] for checkpoint in jobs().checkpoints(job.id)]

    assert steps
    assert steps == sorted(steps)  # type: ignore[type-var]


def test_results_lose_their_bom(scripted: Scripted) -> None:
    """The mark that Azure may put before a file does not end up in the first column's name."""
    scripted.says(
        Reply(200, BARE | {"result_files": ["file-r"]}), Reply(200, b"\xef\xbb\xbfstep,a")
    )
    job = jobs().get("ftjob-1")
    assert job is not None

    assert jobs().results(job) == b"step,a"


@pytest.mark.usefixtures("app")
def test_failed_job_says_why() -> None:
    """A job that fails on its data has the service's code and words."""
    few = b"".join(TRAVEL.splitlines(keepends=True)[:3])
    training_file = files().upload("run-1.jsonl", io.BytesIO(few)).id

    job = _seen(jobs().create(_request(training_file)))

    assert job.status == "failed"
    assert job.error_message
    assert job.tuned_model is None


def test_running_counts_by_state(scripted: Scripted) -> None:
    """Waiting states wait, paused ones hold no place, others run; ended ones count in the total."""
    states = ["running", "pausing", "pending", "queued", "validating_files", "paused", *ENDED]
    page = [BARE | {"id": f"ftjob-{state}", "status": state} for state in states]
    scripted.says(Reply(200, {"object": "list", "data": page, "has_more": False}))

    assert jobs().counts() == JobCounts(total=len(states), running=2, waiting=3)


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
def test_failure_is_not_taken_for_absence(scripted: Scripted, call: Callable[[], object]) -> None:
    """Only a 404 means that something is not there; any other refusal is an error."""
    scripted.says(Reply(500, {"error": {"code": "InternalServerError", "message": "Oh."}}))

    with pytest.raises(ServiceError, match="Oh"):
        call()
