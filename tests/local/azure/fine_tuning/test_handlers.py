"""Fine-tuning jobs over HTTP, as the openai SDK uses them."""

import csv
import json
from collections.abc import Callable, Sequence
from typing import Any, cast

import pytest
from openai import AzureOpenAI, BadRequestError, NotFoundError, OpenAI

from tests.local.azure.emulated import MODEL, TRAVEL, Emulated

STANDARD = {"trainingType": "Standard"}
ROWS = [json.loads(line) for line in TRAVEL.read_text().splitlines()]


def dataset(rows: Sequence[dict[str, Any]]) -> bytes:
    """Rows as a JSONL file."""
    return "\n".join(map(json.dumps, rows)).encode()


def spoiled(text: str) -> bytes:
    """The good dataset with a text added to its last answer."""
    rows = json.loads(json.dumps(ROWS))
    rows[-1]["messages"][-1]["content"] += f" {text}"
    return dataset(rows)


def test_a_job_goes_from_pending_to_a_model(azure: Emulated, openai: OpenAI) -> None:
    """The answer to the creation says pending; the end names model, results and tokens."""
    file = azure.upload()

    created = openai.fine_tuning.jobs.create(
        model=MODEL, training_file=file, suffix="travel", seed=7, extra_body=STANDARD
    )
    done = openai.fine_tuning.jobs.retrieve(created.id)

    key = created.id.removeprefix("ftjob-")
    assert (created.status, created.fine_tuned_model, created.seed) == ("pending", None, 7)
    assert (created.hyperparameters.n_epochs, created.hyperparameters.batch_size) == (-1, -1)
    assert done.status == "succeeded"
    assert done.fine_tuned_model == f"{MODEL}.ft-{key}-travel"
    assert done.finished_at is not None
    assert (done.trained_tokens or 0) > 0
    assert (done.hyperparameters.n_epochs, done.hyperparameters.batch_size) == (10, 1)


def test_absent_and_null_keys_are_those_of_the_service(azure: Emulated) -> None:
    """A new job has nulls for what is to come and lacks what was not given."""
    job = azure.job(azure.train(file=azure.upload(b"{}\n" * 10)))
    fresh = azure.v1(
        "POST",
        "/fine_tuning/jobs",
        json={"model": MODEL, "training_file": azure.upload(), **STANDARD},
    ).json()

    assert fresh["fine_tuned_model"] is fresh["result_files"] is fresh["trained_tokens"] is None
    assert not {"organization_id", "metadata", "method", "integrations", "suffix"} & fresh.keys()
    assert fresh["trainingType"] == "standard"
    assert job["status"] == "failed"


def test_states_change_by_reads(azure: Emulated) -> None:
    """Looks move a job from the queue into training and to its end."""
    azure.control("transitions", queue="reads:1", job="reads:3")
    job = azure.train()

    seen = [azure.job(job)["status"] for _ in range(6)]

    assert seen == ["pending", "running", "running", "running", "succeeded", "succeeded"]


def test_events_come_newest_first_and_end_after_succeeded(azure: Emulated, openai: OpenAI) -> None:
    """Each tenth step is an event, and the service goes on talking after its success."""
    job = azure.train()

    events = list(openai.fine_tuning.jobs.list_events(job, limit=5))

    messages = [event.message for event in reversed(events)]
    assert messages[0] == "Job enqueued. Waiting for jobs ahead to complete."
    assert messages[1] == "Job started."
    assert [text.partition(":")[0] for text in messages[2:12]] == [
        f"Step {step}" for step in range(10, 101, 10)
    ]
    assert messages[12] == "Job succeeded."
    assert messages[-1].startswith("Training tokens billed: ")
    assert len(messages) == 17


def test_metrics_events_hold_falling_losses(azure: Emulated, openai: OpenAI) -> None:
    """The data of a metrics event has the step and its losses; training gets better."""
    job = azure.train(validation_file=azure.upload())

    events = openai.fine_tuning.jobs.list_events(job, limit=50).data

    data = [event.to_dict()["data"] for event in events if event.type == "metrics"]
    first, last = (cast("dict[str, float]", one) for one in (data[-1], data[0]))
    assert (first["step"], last["step"]) == (10, 100)
    assert first["train_loss"] > last["train_loss"]
    assert {"valid_loss", "full_valid_loss", "valid_mean_token_accuracy"} <= last.keys()


def test_pages_of_events_join_without_gap(azure: Emulated) -> None:
    """`after` and `limit` cut the list into pages that fit together."""
    job = azure.train()
    path = f"/fine_tuning/jobs/{job}/events"
    whole = azure.v1("GET", path, params={"limit": 100}).json()

    first = azure.v1("GET", path).json()
    rest = azure.v1("GET", path, params={"limit": 5, "after": first["data"][9]["id"]}).json()

    assert len(first["data"]) == 17
    assert first["has_more"] is False
    assert rest["data"] == whole["data"][10:15]
    assert rest["has_more"] is True


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "x"}, {"after": "nobody"}])
def test_a_page_that_cannot_be_is_refused(azure: Emulated, query: dict[str, str]) -> None:
    """A wrong limit or an unknown id is a 400."""
    answer = azure.v1("GET", "/fine_tuning/jobs", params=query)

    assert answer.status_code == 400


def test_the_last_three_epochs_leave_checkpoints(azure: Emulated, openai: OpenAI) -> None:
    """The newest is the model itself; the older ones are named by their step."""
    job = azure.train()

    checkpoints = list(openai.fine_tuning.jobs.checkpoints.list(job))

    model = openai.fine_tuning.jobs.retrieve(job).fine_tuned_model
    assert [one.step_number for one in checkpoints] == [100, 90, 80]
    assert [one.fine_tuned_model_checkpoint for one in checkpoints] == [
        model,
        f"{model}:ckpt-step-90",
        f"{model}:ckpt-step-80",
    ]
    assert checkpoints[0].metrics.step == 100


def test_the_results_file_has_a_line_for_each_step(azure: Emulated, openai: OpenAI) -> None:
    """results.csv is a file of the resource with the documented columns."""
    job = openai.fine_tuning.jobs.retrieve(azure.train(validation_file=azure.upload()))

    text = openai.files.content(job.result_files[0]).text

    rows = list(csv.DictReader(text.splitlines()))
    assert [row["step"] for row in rows] == [str(step) for step in range(1, 101)]
    assert rows[8]["full_valid_loss"] == ""
    assert float(rows[9]["full_valid_loss"]) > 0
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])


def test_the_same_data_and_seed_give_the_same_curve(azure: Emulated, openai: OpenAI) -> None:
    """Curves follow from data and seed; another seed gives another curve."""
    file = azure.upload()
    jobs = [azure.job(azure.train(file, seed=seed)) for seed in (3, 3, 4)]

    results = [openai.files.content(job["result_files"][0]).text for job in jobs]

    assert results[0] == results[1]
    assert results[0] != results[2]


def test_a_job_without_training_type_is_misled(azure: Emulated) -> None:
    """The service says that the model cannot be tuned; so does the emulator."""
    body = {"model": MODEL, "training_file": azure.upload()}

    answer = azure.v1("POST", "/fine_tuning/jobs", json=body)

    assert answer.status_code == 400
    assert "does not support fine-tuning" in answer.json()["error"]["message"]


def test_training_type_can_be_made_optional(start: Callable[..., Emulated]) -> None:
    """A setting lets jobs without a training type pass."""
    azure = start(training_type_required=False)
    body = {"model": MODEL, "training_file": azure.upload()}

    answer = azure.v1("POST", "/fine_tuning/jobs", json=body)

    assert answer.status_code == 200
    assert "trainingType" not in answer.json()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Standard", "standard"),
        ("globalstandard", "globalStandard"),
        ("Developer", "developerTier"),
        ("developerTier", "developerTier"),
    ],
)
def test_training_types_are_taken_in_any_case(azure: Emulated, given: str, shown: str) -> None:
    """The documentation spells them in several ways; the answer has one."""
    job = azure.job(azure.train(trainingType=given))

    assert job["trainingType"] == shown


def test_a_file_has_to_be_processed_before(azure: Emulated) -> None:
    """A job on a file that is still processed, or was refused, is a 400 that says so."""
    azure.control("transitions", file="reads:9")
    pending = azure.upload()
    azure.control("transitions", file="immediate")
    refused = azure.upload(b"no json")

    answers = [
        azure.v1(
            "POST", "/fine_tuning/jobs", json={"model": MODEL, "training_file": file, **STANDARD}
        )
        for file in (pending, refused, "file-none")
    ]

    texts = [answer.json()["error"]["message"] for answer in answers]
    assert [answer.status_code for answer in answers] == [400, 400, 400]
    assert "in state 'pending'" in texts[0]
    assert "in state 'error'" in texts[1]
    assert "could not be found" in texts[2]


@pytest.mark.parametrize(
    ("content", "code", "text"),
    [
        (dataset(ROWS[:9]), "invalidPayload", "9 example(s), but must have at least 10"),
        (
            dataset([*ROWS, {"messages": ROWS[0]["messages"][:2]}]),
            "jsonlValidationFailed",
            "Example 11 has a last message that is not from the assistant",
        ),
        (
            dataset([*ROWS, {**ROWS[0], "extra": 1}]),
            "jsonlValidationFailed",
            "Example 11 contains an extra key 'extra'",
        ),
        (spoiled("emulator:fail-rai"), "contentFilter", "failed RAI checks for harm types"),
        (spoiled("emulator:fail-safety"), "contentFilter", "scores above acceptable thresholds"),
        (spoiled("emulator:fail-internal"), "internalFailure", "internal error"),
    ],
)
def test_jobs_fail_as_their_data_asks_for(
    azure: Emulated, content: bytes, code: str, text: str
) -> None:
    """A job whose data is wrong ends as failed, with the reason in the job and in its events."""
    job = azure.job(azure.train(azure.upload(content)))

    events = azure.v1("GET", f"/fine_tuning/jobs/{job['id']}/events").json()["data"]
    assert job["status"] == "failed"
    assert job["error"]["code"] == code
    assert text in job["error"]["message"]
    assert job["fine_tuned_model"] is job["trained_tokens"] is None
    assert events[0]["level"] == "error"
    assert text in events[0]["message"]


def test_the_validation_file_is_checked_too(azure: Emulated) -> None:
    """A validation file with too few examples fails the job and is named."""
    job = azure.job(azure.train(validation_file=azure.upload(dataset(ROWS[:3]))))

    assert job["error"]["param"] == "validation_file"
    assert job["error"]["message"].startswith("Validation file has 3 example(s)")


def test_a_cancelled_job_stays_cancelled(azure: Emulated, openai: OpenAI) -> None:
    """Cancel stops a running job; cancelling again is refused."""
    azure.control("transitions", job="reads:9")
    job = azure.train()
    azure.job(job)

    cancelled = openai.fine_tuning.jobs.cancel(job)

    assert cancelled.status == azure.job(job)["status"] == "cancelled"
    with pytest.raises(BadRequestError):
        openai.fine_tuning.jobs.cancel(job)


def test_a_paused_job_goes_on_where_it_was(azure: Emulated, openai: OpenAI) -> None:
    """Pause holds the job and leaves a checkpoint of the moment; resume finishes it."""
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


def test_pausing_a_queued_job_is_refused(azure: Emulated) -> None:
    """Only a running job can be paused, only a paused one resumed."""
    azure.control("transitions", queue="reads:9")
    job = azure.train()

    answers = [azure.v1("POST", f"/fine_tuning/jobs/{job}/{verb}") for verb in ("pause", "resume")]

    assert [answer.status_code for answer in answers] == [400, 400]


def test_a_tuned_model_can_be_tuned_again(azure: Emulated) -> None:
    """A job on a tuned model keeps the root of its name."""
    first = azure.job(azure.train())["fine_tuned_model"]

    second = azure.job(azure.train(model=first))

    assert second["model"] == first
    assert second["fine_tuned_model"].startswith(f"{MODEL}.ft-")


def test_preference_jobs_need_preference_data(azure: Emulated) -> None:
    """The method decides what an example has to look like."""
    rows = [
        {
            "input": {"messages": row["messages"][:2]},
            "preferred_output": [row["messages"][2]],
            "non_preferred_output": [{"role": "assistant", "content": "No."}],
        }
        for row in ROWS
    ]
    method = {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2}}}

    good = azure.job(azure.train(azure.upload(dataset(rows)), method=method))
    bad = azure.job(azure.train(method=method))

    assert good["status"] == "succeeded"
    assert good["method"] == method
    assert "is missing the key 'input'" in bad["error"]["message"]


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"suffix": "no dots."}, "suffix"),
        ({"suffix": "x" * 65}, "suffix"),
        ({"seed": -1}, "seed"),
        ({"hyperparameters": {"n_epochs": 51}}, "n_epochs"),
        ({"hyperparameters": {"batch_size": "many"}}, "batch_size"),
        ({"method": {"type": "magic"}}, "method"),
        ({"metadata": {"k": 1}}, "metadata"),
        ({"training_file": None}, "training_file"),
        ({"trainingType": "Cheap"}, "trainingType"),
    ],
)
def test_a_wrong_field_is_named(azure: Emulated, body: dict[str, object], param: str) -> None:
    """A field that cannot be is a 400 that names it."""
    order = {"model": MODEL, "training_file": azure.upload(), **STANDARD} | body

    answer = azure.v1("POST", "/fine_tuning/jobs", json=order)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_reinforcement_needs_a_model_a_grader_and_validation(azure: Emulated) -> None:
    """Each of the three is asked for."""
    file = azure.upload()
    grader = {
        "type": "string_check",
        "name": "g",
        "input": "a",
        "reference": "b",
        "operation": "eq",
    }
    base = {"training_file": file, **STANDARD, "model": "o4-mini-2025-04-16"}
    orders = [
        {
            **base,
            "model": MODEL,
            "method": {"type": "reinforcement", "reinforcement": {"grader": grader}},
        },
        {**base, "method": {"type": "reinforcement"}},
        {**base, "method": {"type": "reinforcement", "reinforcement": {"grader": grader}}},
    ]

    texts = [
        azure.v1("POST", "/fine_tuning/jobs", json=order).json()["error"]["message"]
        for order in orders
    ]

    assert "does not support fine-tuning" in texts[0]
    assert "The grader type None" in texts[1]
    assert "requires a validation file" in texts[2]


def test_the_dated_sdk_trains_too(azure: Emulated, dated: AzureOpenAI) -> None:
    """The dated plane answers 201 with a Location and lists the same jobs."""
    order = {"model": MODEL, "training_file": azure.upload(), **STANDARD}

    created = azure.dated("POST", "/fine_tuning/jobs", json=order)

    assert created.status_code == 201
    assert azure.http.get(created.headers["location"]).json()["id"] == created.json()["id"]
    assert [job.id for job in dated.fine_tuning.jobs.list()] == [created.json()["id"]]


def test_an_unknown_job_is_not_found(openai: OpenAI) -> None:
    """404 for look, cancel and events."""
    jobs = openai.fine_tuning.jobs
    for call in (jobs.retrieve, jobs.cancel, jobs.list_events):
        with pytest.raises(NotFoundError):
            call("ftjob-none")


def test_a_checkpoint_is_not_copied(azure: Emulated) -> None:
    """There is no second resource, so a copy is refused as for one without jobs."""
    job = azure.train()

    answer = azure.v1(
        "POST",
        f"/fine_tuning/jobs/{job}/checkpoints/x/copy",
        json={"destinationResourceId": "/subscriptions/x", "region": "eastus"},
    )

    assert answer.status_code == 400
    assert "destination resource" in answer.json()["error"]["message"]


def test_a_job_that_is_over_can_be_deleted(azure: Emulated) -> None:
    """The dated plane takes it out of the list; its model stays and can be deployed."""
    job = azure.job(azure.train())
    azure.control("transitions", job="reads:9")
    running = azure.train()
    path = f"/fine_tuning/jobs/{job['id']}"

    answers = [azure.dated("DELETE", path).status_code for _ in range(2)]
    refused = azure.dated("DELETE", f"/fine_tuning/jobs/{running}").status_code

    assert answers == [204, 404]
    assert refused == 400
    assert [one["id"] for one in azure.v1("GET", "/fine_tuning/jobs").json()["data"]] == [running]
    assert azure.deploy("a", job["fine_tuned_model"]).status_code == 201
