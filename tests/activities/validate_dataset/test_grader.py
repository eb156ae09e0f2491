"""The grader of a dataset for RFT."""

import json
from typing import Any

import pytest

from activities.validate_dataset import validate_dataset
from shared.runs.orchestration import RunRef
from tests.activities.calls import call
from tests.activities.conftest import row
from tests.activities.validate_dataset import received_run, report
from tests.container import Container
from tests.shared.validation.rows import GRADED, GRADER, MORE_GRADED, lines

REASONER = "o4-mini-2025-04-16"


def graded_run(container: Container, tune: dict[str, Any], rows: bytes = GRADED) -> RunRef:
    """Drop a dataset for RFT with its validation file and options."""
    container.put("sums.validation.jsonl", MORE_GRADED)
    container.put("sums.tune.json", json.dumps({"base_model": REASONER, **tune}).encode())
    return received_run(container, rows, "sums.jsonl")


def test_grader_of_the_options_is_used(container: Container) -> None:
    """With its grader in the options an RFT dataset is accepted, and the row knows the method."""
    ref = graded_run(container, {"grader": GRADER})

    outcome = call(validate_dataset, ref)

    assert (outcome.result, outcome.message[:11]) == ("done", "60 examples")
    assert (row(ref).training.method, report(ref)["method"]) == ("rft", "rft")
    assert row(ref).training.grader_model == ""


def test_model_that_a_grader_asks_is_known(container: Container) -> None:
    """Its tokens are paid for, also where it is one of several graders."""
    words = [{"role": "user", "content": "{{ item.answer }}"}]
    judge = {"type": "score_model", "name": "judge", "model": "o3-mini", "input": words}
    both = {"type": "multi", "name": "both", "calculate_output": "0.5 * a + 0.5 * b"}
    ref = graded_run(container, {"grader": {**both, "graders": {"a": GRADER, "b": judge}}})

    call(validate_dataset, ref)

    assert row(ref).training.grader_model == "o3-mini"


def test_row_without_what_the_grader_reads_is_a_fault(container: Container) -> None:
    """The rules about grader and rows hold in the pipeline as they do in the command."""
    bad = lines({"messages": [{"role": "user", "content": "3+4?"}], "anwser": "7"})
    ref = graded_run(container, {"grader": GRADER}, GRADED + bad)

    outcome = call(validate_dataset, ref)

    found = report(ref)["findings"][0]
    assert outcome.code == "rejected"
    assert (found["rule"], found["line"], found["path"]) == ("grader-fields", 61, "$.answer")


@pytest.mark.parametrize(
    ("tune", "rule", "path"),
    [
        ({"grader": {**GRADER, "operation": "="}}, "grader", "$.operation"),
        ({"grader": "exact"}, "tune-options", "$.grader"),
        ({}, "tune-options", "$.grader"),
    ],
    ids=["wrong", "no object", "missing"],
)
def test_grader_that_cannot_grade_is_a_fault(
    container: Container, tune: dict[str, Any], rule: str, path: str
) -> None:
    """A grader that is wrong or missing costs no job; one fault says where it is."""
    ref = graded_run(container, tune)

    outcome = call(validate_dataset, ref)

    errors = [found for found in report(ref)["findings"] if found["level"] == "error"]
    assert outcome.code == "rejected"
    assert [(found["rule"], found["path"]) for found in errors] == [(rule, path)]
