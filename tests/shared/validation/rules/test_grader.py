"""Graders of reinforcement fine-tuning: what is wrong with them, and what they read of a row."""

from typing import Any

import pytest

from shared.validation.rules.grader import grader_faults, item_fields, with_names
from shared.validation.rules.rule import Level
from tests.shared.validation.rows import GRADER

SIMILAR: dict[str, Any] = {
    "type": "text_similarity",
    "name": "near",
    "input": "{{sample.output_text}}",
    "reference": "{{ item.answer }}",
    "evaluation_metric": "fuzzy_match",
}
JUDGE: dict[str, Any] = {
    "type": "score_model",
    "name": "judge",
    "model": "o3-mini-2025-01-31",
    "input": [{"role": "user", "content": "Is {{sample.output_text}} like {{item.tone}}?"}],
}
SOURCE = "def grade(sample, item):\n    return float(item['answer'] in sample['output_text'])\n"
PYTHON: dict[str, Any] = {"type": "python", "name": "code", "source": SOURCE}
MULTI: dict[str, Any] = {
    "type": "multi",
    "name": "both",
    "graders": {"near": SIMILAR, "judge": JUDGE},
    "calculate_output": "near + judge",
}
GOOD = {
    "string_check": GRADER,
    "similar": SIMILAR,
    "judge": JUDGE,
    "python": PYTHON,
    "multi": MULTI,
}


@pytest.mark.parametrize("grader", GOOD.values(), ids=GOOD)
def test_every_kind_of_grader_is_taken(grader: dict[str, Any]) -> None:
    """A complete grader of each kind has no fault."""
    assert list(grader_faults(grader)) == []


@pytest.mark.parametrize(
    ("grader", "path"),
    [
        (None, "$"),
        ([], "$"),
        ({}, "$.type"),
        ({"type": ["python"]}, "$.type"),
        ({**GRADER, "type": "string_chek"}, "$.type"),
        ({**GRADER, "operation": "="}, "$.operation"),
        ({**GRADER, "input": ""}, "$.input"),
        ({**GRADER, "reference": 4}, "$.reference"),
        ({**SIMILAR, "evaluation_metric": "rouge_6"}, "$.evaluation_metric"),
        ({**JUDGE, "model": None}, "$.model"),
        ({**JUDGE, "input": "text"}, "$.input"),
        ({**PYTHON, "source": "def judge(): ..."}, "$.source"),
        ({**PYTHON, "source": SOURCE + "#" * 256 * 1024}, "$.source"),
        ({**MULTI, "calculate_output": None}, "$.calculate_output"),
        ({**MULTI, "graders": []}, "$.graders"),
        ({**MULTI, "graders": {"inner": MULTI}}, "$.graders.inner.type"),
        ({**MULTI, "graders": {"inner": {**GRADER, "input": 1}}}, "$.graders.inner.input"),
    ],
)
def test_fault_of_a_grader_is_found_at_its_path(grader: Any, path: str) -> None:
    """Each fault is an error at the place where it is."""
    assert [(fault.path, fault.level) for fault in grader_faults(grader)] == [(path, Level.ERROR)]


def test_fields_are_found_in_templates_and_source() -> None:
    """Whatever a grader reads of a row is known, in every part of it."""
    assert item_fields(MULTI) == {"answer", "tone"}
    assert item_fields(PYTHON) == {"answer"}


def test_names_are_added_where_they_lack() -> None:
    """Each part of a grader gets a name and keeps the one it has."""
    nameless = {key: value for key, value in SIMILAR.items() if key != "name"}
    grader = {"type": "multi", "graders": {"inner": nameless, "judge": JUDGE, "odd": 3}}

    named = with_names(grader, "brolly")

    assert named["name"] == "brolly"
    assert [named["graders"][key]["name"] for key in ("inner", "judge")] == ["inner", "judge"]
    assert named["graders"]["odd"] == 3
    assert "name" not in grader
