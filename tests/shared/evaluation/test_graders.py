"""Graders that need no model."""

import pytest

from shared.evaluation import Grader, pattern_process
from shared.evaluation.graders import default_graders, grades
from shared.evaluation.prompts import Question

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.services
@pytest.mark.parametrize(
    ("grader", "answer", "expected", "score"),
    [
        ("exact", " Paris\n", "Paris", 1.0),
        ("exact", "paris", "Paris", 0.0),
        ({"type": "exact", "ignore_case": True}, "paris", "Paris", 1.0),
        ("contains", "It is Paris.", "Paris", 1.0),
        ("contains", "It is Rome.", "Paris", 0.0),
        ("similarity", "the handle of ash", "Ash, the handle of!", 1.0),
        ("similarity", "Rome", "Paris", 0.0),
        ("similarity", "one two", "two three", 0.5),
        ("similarity", "東京都", "東京", 0.8),
        ({"type": "regex", "pattern": "^[0-9]+$"}, "42", "", 1.0),
        ({"type": "regex", "pattern": "^[0-9]+$"}, "x42", "", 0.0),
        ({"type": "json_schema", "schema": SCHEMA}, '{"n": 1}', "", 1.0),
        ({"type": "json_schema", "schema": SCHEMA}, '{"n": "1"}', "", 0.0),
        ({"type": "json_schema", "schema": SCHEMA}, "n is 1", "", 0.0),
    ],
)
def test_score(grader: object, answer: str, expected: str, score: float) -> None:
    """Each grader gives an answer 0 to 1."""
    assert grades(Grader.parse(grader), [answer], expected) == [pytest.approx(score)]


@pytest.mark.parametrize("grader", ["exact", "contains", "similarity"])
def test_no_say_without_an_expected_answer(grader: str) -> None:
    """What compares with an expected answer has no say where there is none."""
    assert grades(Grader(grader), ["a", "b"], "") == [None, None]


@pytest.mark.services
def test_pattern_that_never_ends_has_no_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pattern that takes exponential time is given up, and the app goes on."""
    monkeypatch.setattr(pattern_process, "SECONDS", 1.0)
    grader = Grader.parse({"type": "regex", "pattern": "^(a+)+$"})

    assert grades(grader, ["a" * 64 + "b"], "") == [None]


@pytest.mark.services
def test_schema_that_leads_to_the_network_has_no_say() -> None:
    """A reference to another address is not followed."""
    grader = Grader.parse({"type": "json_schema", "schema": {"$ref": "http://127.0.0.1:9/x"}})

    assert grades(grader, ["{}"], "") == [None]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("best", "one of exact"),
        (3, "one of exact"),
        ({"type": ["exact"]}, "one of exact"),
        ({"pattern": "x"}, "one of exact"),
        ("regex", "with `pattern`"),
        ({"type": "regex", "pattern": "("}, "regular expression"),
        ({"type": "regex", "pattern": 3}, "`pattern` (str)"),
        ("json_schema", "with `schema`"),
        ({"type": "json_schema", "schema": {"type": "what"}}, "JSON Schema"),
        ({"type": "similarity", "least": 1}, "no options"),
        ({"type": "exact", "ignore_case": "yes"}, "`ignore_case` (bool)"),
        ({"type": "judge", "promt": "x"}, "`prompt` (str)"),
    ],
)
def test_what_is_no_grader(value: object, wanted: str) -> None:
    """A wrong grader is refused with what is wanted instead."""
    with pytest.raises(ValueError, match=r".*") as refused:
        Grader.parse(value)

    assert wanted in str(refused.value)


def test_grader_is_written_as_it_was_read() -> None:
    """The report has graders as the dataset's options have them."""
    given = {"type": "regex", "pattern": "x"}

    assert Grader.parse(given).to_dict() == given
    assert Grader.parse("exact").to_dict() == {"type": "exact"}


@pytest.mark.parametrize(
    ("questions", "types"),
    [
        ([Question([])], []),
        ([Question([]), Question([], "Here.")], ["similarity"]),
        ([Question([], expected_calls=({"name": "a"},))], ["tool_call"]),
        ([Question([], "x"), Question([], "", ({"name": "a"},))], ["similarity", "tool_call"]),
    ],
)
def test_graders_by_what_is_expected(questions: list[Question], types: list[str]) -> None:
    """Where nobody names a grader, expected texts and calls decide; without them there is none."""
    assert [one.type for one in default_graders(questions)] == types
