"""What a job reports: events, checkpoints, results."""

import csv
from typing import cast

import pytest
from openai import OpenAI

from tests.local.azure.emulator import EmulatorClient


def test_events_come_newest_first_and_end_after_succeeded(
    azure: EmulatorClient, openai: OpenAI
) -> None:
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


def test_metrics_events_hold_falling_losses(azure: EmulatorClient, openai: OpenAI) -> None:
    """The data of a metrics event has the step and its losses; training gets better."""
    job = azure.train(validation_file=azure.upload())

    events = openai.fine_tuning.jobs.list_events(job, limit=50).data

    data = [event.to_dict()["data"] for event in events if event.type == "metrics"]
    first, last = (cast("dict[str, float]", one) for one in (data[-1], data[0]))
    assert (first["step"], last["step"]) == (10, 100)
    assert first["train_loss"] > last["train_loss"]
    assert {"valid_loss", "full_valid_loss", "valid_mean_token_accuracy"} <= last.keys()


def test_pages_of_events_join_without_gap(azure: EmulatorClient) -> None:
    """`after` and `limit` cut the list into pages that fit together."""
    job = azure.train()
    path = f"/fine_tuning/jobs/{job}/events"
    whole = azure.call_v1("GET", path, params={"limit": 100}).json()

    first = azure.call_v1("GET", path).json()
    rest = azure.call_v1("GET", path, params={"limit": 5, "after": first["data"][9]["id"]}).json()

    assert len(first["data"]) == 17
    assert first["has_more"] is False
    assert rest["data"] == whole["data"][10:15]
    assert rest["has_more"] is True


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "x"}, {"after": "nobody"}])
def test_a_page_that_cannot_be_is_refused(azure: EmulatorClient, query: dict[str, str]) -> None:
    """A wrong limit or an unknown id is a 400."""
    answer = azure.call_v1("GET", "/fine_tuning/jobs", params=query)

    assert answer.status_code == 400


def test_the_last_three_epochs_leave_checkpoints(azure: EmulatorClient, openai: OpenAI) -> None:
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


def test_the_results_file_has_a_line_for_each_step(azure: EmulatorClient, openai: OpenAI) -> None:
    """results.csv is a file of the resource with the documented columns."""
    job = openai.fine_tuning.jobs.retrieve(azure.train(validation_file=azure.upload()))

    text = openai.files.content(job.result_files[0]).text

    rows = list(csv.DictReader(text.splitlines()))
    assert [row["step"] for row in rows] == [str(step) for step in range(1, 101)]
    assert rows[8]["full_valid_loss"] == ""
    assert float(rows[9]["full_valid_loss"]) > 0
    assert float(rows[-1]["train_loss"]) < float(rows[0]["train_loss"])


def test_the_same_data_and_seed_give_the_same_curve(azure: EmulatorClient, openai: OpenAI) -> None:
    """Curves follow from data and seed; another seed gives another curve."""
    file = azure.upload()
    jobs = [azure.job(azure.train(file, seed=seed)) for seed in (3, 3, 4)]

    results = [openai.files.content(job["result_files"][0]).text for job in jobs]

    assert results[0] == results[1]
    assert results[0] != results[2]
