"""Fine-tuning jobs over HTTP, as the openai SDK uses them."""

import pytest
from openai import AzureOpenAI, BadRequestError, NotFoundError, OpenAI

from tests.local.azure.emulator import MODEL, EmulatorClient
from tests.local.azure.fine_tuning.datasets import STANDARD


def test_a_job_goes_from_pending_to_a_model(azure: EmulatorClient, openai: OpenAI) -> None:
    """The answer to the creation says pending; the end names model, results and tokens."""
    file = azure.upload()

    created = openai.fine_tuning.jobs.create(
        model=MODEL, training_file=file, suffix="brolly", seed=7, extra_body=STANDARD
    )
    done = openai.fine_tuning.jobs.retrieve(created.id)

    key = created.id.removeprefix("ftjob-")
    assert (created.status, created.fine_tuned_model, created.seed) == ("pending", None, 7)
    assert (created.hyperparameters.n_epochs, created.hyperparameters.batch_size) == (-1, -1)
    assert done.status == "succeeded"
    assert done.fine_tuned_model == f"{MODEL}.ft-{key}-brolly"
    assert done.finished_at is not None
    assert (done.trained_tokens or 0) > 0
    assert (done.hyperparameters.n_epochs, done.hyperparameters.batch_size) == (10, 1)


def test_absent_and_null_keys_are_those_of_the_service(azure: EmulatorClient) -> None:
    """A new job has nulls for what is to come and lacks what was not given."""
    job = azure.job(azure.train(file=azure.upload(b"{}\n" * 10)))
    fresh = azure.call_v1(
        "POST",
        "/fine_tuning/jobs",
        json={"model": MODEL, "training_file": azure.upload(), **STANDARD},
    ).json()

    assert fresh["fine_tuned_model"] is fresh["result_files"] is fresh["trained_tokens"] is None
    assert not {"organization_id", "metadata", "method", "integrations", "suffix"} & fresh.keys()
    assert fresh["trainingType"] == "standard"
    assert job["status"] == "failed"


def test_states_change_by_reads(azure: EmulatorClient) -> None:
    """Looks move a job from the queue into training and to its end."""
    azure.control("transitions", queue="reads:1", job="reads:3")
    job = azure.train()

    seen = [azure.job(job)["status"] for _ in range(6)]

    assert seen == ["pending", "running", "running", "running", "succeeded", "succeeded"]


def test_a_cancelled_job_stays_cancelled(azure: EmulatorClient, openai: OpenAI) -> None:
    """Cancel stops a running job; cancelling again is refused."""
    azure.control("transitions", job="reads:9")
    job = azure.train()
    azure.job(job)

    cancelled = openai.fine_tuning.jobs.cancel(job)

    assert cancelled.status == azure.job(job)["status"] == "cancelled"
    with pytest.raises(BadRequestError):
        openai.fine_tuning.jobs.cancel(job)


def test_a_paused_job_goes_on_where_it_was(azure: EmulatorClient, openai: OpenAI) -> None:
    """Pause holds the job and leaves a checkpoint; resume finishes it."""
    azure.control("transitions", queue="immediate", job="seconds:100")
    job = azure.train()
    azure.control("clock", advance=45.5)

    paused = openai.fine_tuning.jobs.pause(job).to_dict()
    azure.control("clock", advance=1000)
    still = azure.job(job)
    steps = [one.step_number for one in openai.fine_tuning.jobs.checkpoints.list(job)]
    openai.fine_tuning.jobs.resume(job)
    azure.control("clock", advance=50)
    before = azure.job(job)
    azure.control("clock", advance=10)

    assert paused["status"] == still["status"] == "paused"
    assert steps[1:] == [40, 30]
    assert 45 <= steps[0] < 50
    assert before["status"] == "running"
    assert azure.job(job)["status"] == "succeeded"


def test_pausing_a_queued_job_is_refused(azure: EmulatorClient) -> None:
    """Only a running job can be paused, only a paused one resumed."""
    azure.control("transitions", queue="reads:9")
    job = azure.train()

    answers = [
        azure.call_v1("POST", f"/fine_tuning/jobs/{job}/{verb}") for verb in ("pause", "resume")
    ]

    assert [answer.status_code for answer in answers] == [400, 400]


def test_a_tuned_model_can_be_tuned_again(azure: EmulatorClient) -> None:
    """A job on a tuned model keeps the root of its name."""
    first = azure.job(azure.train())["fine_tuned_model"]

    second = azure.job(azure.train(model=first))

    assert second["model"] == first
    assert second["fine_tuned_model"].startswith(f"{MODEL}.ft-")


def test_the_dated_sdk_trains_too(azure: EmulatorClient, dated_openai: AzureOpenAI) -> None:
    """The dated API answers 201 with a Location and lists the same jobs."""
    request = {"model": MODEL, "training_file": azure.upload(), **STANDARD}

    created = azure.call_dated("POST", "/fine_tuning/jobs", json=request)

    assert created.status_code == 201
    assert azure.http.get(created.headers["location"]).json()["id"] == created.json()["id"]
    assert [job.id for job in dated_openai.fine_tuning.jobs.list()] == [created.json()["id"]]


def test_an_unknown_job_is_not_found(openai: OpenAI) -> None:
    """404 for look, cancel and events."""
    jobs = openai.fine_tuning.jobs
    for call in (jobs.retrieve, jobs.cancel, jobs.list_events):
        with pytest.raises(NotFoundError):
            call("ftjob-none")


def test_a_checkpoint_is_not_copied(azure: EmulatorClient) -> None:
    """There is no second resource, so a copy is refused as for one without jobs."""
    job = azure.train()

    answer = azure.call_v1(
        "POST",
        f"/fine_tuning/jobs/{job}/checkpoints/x/copy",
        json={"destinationResourceId": "/subscriptions/x", "region": "eastus"},
    )

    assert answer.status_code == 400
    assert "destination resource" in answer.json()["error"]["message"]


def test_a_job_that_is_over_can_be_deleted(azure: EmulatorClient) -> None:
    """The dated API takes it out of the list; its model stays and can be deployed."""
    job = azure.job(azure.train())
    azure.control("transitions", job="reads:9")
    running = azure.train()
    path = f"/fine_tuning/jobs/{job['id']}"

    answers = [azure.call_dated("DELETE", path).status_code for _ in range(2)]
    refused = azure.call_dated("DELETE", f"/fine_tuning/jobs/{running}").status_code

    assert answers == [204, 404]
    assert refused == 400
    assert [one["id"] for one in azure.call_v1("GET", "/fine_tuning/jobs").json()["data"]] == [
        running
    ]
    assert azure.deploy("a", job["fine_tuned_model"]).status_code == 201
