"""Requests for jobs, right and wrong."""

from collections.abc import Callable

import pytest

from tests.local.azure.emulator import MODEL, EmulatorClient
from tests.local.azure.fine_tuning.datasets import STANDARD


def test_a_job_without_training_type_is_misled(azure: EmulatorClient) -> None:
    """The service says that the model cannot be tuned; so does the emulator."""
    body = {"model": MODEL, "training_file": azure.upload()}

    answer = azure.call_v1("POST", "/fine_tuning/jobs", json=body)

    assert answer.status_code == 400
    assert "does not support fine-tuning" in answer.json()["error"]["message"]


def test_training_type_can_be_made_optional(start: Callable[..., EmulatorClient]) -> None:
    """A setting lets jobs without a training type pass."""
    azure = start(training_type_required=False)
    body = {"model": MODEL, "training_file": azure.upload()}

    answer = azure.call_v1("POST", "/fine_tuning/jobs", json=body)

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
def test_training_types_are_taken_in_any_case(
    azure: EmulatorClient, given: str, shown: str
) -> None:
    """The documentation spells them in several ways; the answer has one."""
    job = azure.job(azure.train(trainingType=given))

    assert job["trainingType"] == shown


def test_a_file_has_to_be_processed_before(azure: EmulatorClient) -> None:
    """A job on a file that is still processed, or was refused, is a 400 that says so."""
    azure.control("transitions", file="reads:9")
    pending = azure.upload()
    azure.control("transitions", file="immediate")
    refused = azure.upload(b"no json")

    answers = [
        azure.call_v1(
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
def test_a_wrong_field_is_named(azure: EmulatorClient, body: dict[str, object], param: str) -> None:
    """A field that cannot be is a 400 that names it."""
    request = {"model": MODEL, "training_file": azure.upload(), **STANDARD} | body

    answer = azure.call_v1("POST", "/fine_tuning/jobs", json=request)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_reinforcement_needs_a_model_a_grader_and_validation(azure: EmulatorClient) -> None:
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
    requests = [
        {
            **base,
            "model": MODEL,
            "method": {"type": "reinforcement", "reinforcement": {"grader": grader}},
        },
        {**base, "method": {"type": "reinforcement"}},
        {**base, "method": {"type": "reinforcement", "reinforcement": {"grader": grader}}},
    ]

    texts = [
        azure.call_v1("POST", "/fine_tuning/jobs", json=request).json()["error"]["message"]
        for request in requests
    ]

    assert "does not support fine-tuning" in texts[0]
    assert "The grader type None" in texts[1]
    assert "requires a validation file" in texts[2]
