"""What a request for a job carries, and what becomes of the job."""

import csv
import io
import json

import pytest

from shared.clients.files import files
from shared.clients.jobs import ENDED, jobs
from shared.errors import ServiceError
from tests.dataset import DATASET
from tests.services import Emulator
from tests.shared.clients.conftest import Reply, ScriptedServer
from tests.shared.clients.jobs import BARE, MODEL, latest, request, upload_file


@pytest.mark.usefixtures("app")
def test_job_succeeds_with_a_model_and_results() -> None:
    """A job ends with a model's name, billed tokens and a results file without a BOM."""
    job = jobs().create(request(upload_file(), seed=7))

    done = latest(job)

    assert done.status == "succeeded"
    assert done.tuned_model is not None
    assert "brolly" in done.tuned_model
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
    training_file = upload_file()
    emulator.control("transitions", {"job": "seconds:3600", "queue": "seconds:3600"})

    job = jobs().create(request(training_file))

    assert job.status == "pending"
    assert job.status not in ENDED
    assert (job.tuned_model, job.trained_tokens, job.finished_at) == (None, None, None)
    assert jobs().results(job) is None


def test_request_carries_everything(scripted_server: ScriptedServer) -> None:
    """The body has the training type at the top, the method with its hyperparameters, no nulls."""
    scripted_server.reply_with(Reply(200, BARE))

    jobs().create(
        request(
            "file-1",
            validation_file="file-2",
            seed=3,
            training_type="Developer",
            hyperparameters={"n_epochs": 2, "learning_rate_multiplier": 0.5},
            metadata={"run": "run-1"},
        )
    )

    assert json.loads(scripted_server.seen[0].body) == {
        "model": MODEL,
        "training_file": "file-1",
        "validation_file": "file-2",
        "suffix": "brolly",
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
    training_file = upload_file()
    fault = {"method": "POST", "path": "*/fine_tuning/jobs", "when": "after", "reset": True}
    emulator.control("faults", fault)

    with pytest.raises(ServiceError) as caught:
        jobs().create(request(training_file))

    assert caught.value.retryable
    assert len(jobs().find(training_file)) == 1


@pytest.mark.usefixtures("app")
def test_failed_job_says_why() -> None:
    """A job that fails on its data has the service's code and words."""
    few = b"".join(DATASET.splitlines(keepends=True)[:3])
    training_file = files().upload("run-1.jsonl", io.BytesIO(few)).id

    job = latest(jobs().create(request(training_file)))

    assert job.status == "failed"
    assert job.error_message
    assert job.tuned_model is None
