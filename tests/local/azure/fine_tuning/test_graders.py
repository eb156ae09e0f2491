"""Graders: complete or not."""

from typing import Any

import pytest

from tests.local.azure.emulator import EmulatorClient

TEXT = {"name": "g", "input": "{{sample.output_text}}", "reference": "{{item.answer}}"}
CHECK = {"type": "string_check", "operation": "eq", **TEXT}
SIMILAR = {"type": "text_similarity", "evaluation_metric": "bleu", **TEXT}
SCORE = {
    "type": "score_model",
    "model": "o3-mini",
    "name": "g",
    "input": [{"role": "user", "content": "x"}],
}
MULTI = {
    "type": "multi",
    "name": "m",
    "graders": {"a": CHECK, "b": SIMILAR},
    "calculate_output": "a+b",
}
PYTHON = {"type": "python", "name": "p", "source": "def grade(sample, item): return 1.0"}


def validate(azure: EmulatorClient, grader: Any) -> Any:
    """What the service says about a grader."""
    return azure.call_v1("POST", "/fine_tuning/alpha/graders/validate", json={"grader": grader})


@pytest.mark.parametrize("grader", [CHECK, SIMILAR, SCORE, MULTI, PYTHON])
def test_a_complete_grader_comes_back(azure: EmulatorClient, grader: dict[str, Any]) -> None:
    """Every documented kind."""
    assert validate(azure, grader).json() == {"grader": grader}


@pytest.mark.parametrize(
    ("grader", "param"),
    [
        (None, "grader"),
        ({"type": "magic"}, "grader"),
        (CHECK | {"operation": "about"}, "grader.operation"),
        (SIMILAR | {"evaluation_metric": "rouge_9"}, "grader.evaluation_metric"),
        ({"type": "string_check", "name": "g"}, "grader.input"),
        (MULTI | {"graders": {"a": {"type": "x"}}}, "grader.graders.a"),
        (MULTI | {"graders": [1]}, "grader.graders"),
        (PYTHON | {"source": "x" * 262_145}, "grader.source"),
    ],
)
def test_an_incomplete_grader_is_refused(azure: EmulatorClient, grader: Any, param: str) -> None:
    """400 that names the part."""
    answer = validate(azure, grader)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param
