"""Calls of tools as answers."""

from typing import Any

import pytest

from shared.evaluation.tool_calls import grade_calls, read_calls, show_calls


def call(name: str = "find", **arguments: object) -> dict[str, Any]:
    """A call of a tool."""
    return read_calls({"name": name, "arguments": arguments})[0]


def test_arguments_are_compared_as_json() -> None:
    """Blanks and the order of arguments and of calls say nothing."""
    given = [{"name": "b", "arguments": "{}"}, {"name": "a", "arguments": '{"x":1,  "y":[2]}'}]
    expected = [{"name": "a", "arguments": '{"y": [2], "x": 1}'}, {"name": "b", "arguments": "{}"}]

    assert grade_calls(given, expected, partial=False) == 1.0


@pytest.mark.parametrize(
    ("given", "exact", "partial"),
    [
        ([call(number=1, colour="plum")], 1.0, 1.0),
        ([call(number=1, colour="coal")], 0.0, 2 / 3),
        ([call(number=1)], 0.0, 2 / 3),
        ([call(number=True, colour="plum")], 0.0, 2 / 3),
        ([call(number=1, colour="plum", more=2)], 0.0, 3 / 4),
        ([call("book", number=1, colour="plum")], 0.0, 0.0),
        ([call(number=1, colour="plum"), call("book")], 0.0, 1 / 2),
        ([{"name": "find", "arguments": "{"}], 0.0, 0.0),
        ([{"name": "find", "arguments": "[1]"}], 0.0, 0.0),
        ([], 0.0, 0.0),
    ],
)
def test_name_and_arguments_must_be_right(
    given: list[dict[str, Any]], exact: float, partial: float
) -> None:
    """Exactly, a call is right or wrong; partially, the share of name and arguments counts."""
    expected = [call(number=1, colour="plum")]

    assert grade_calls(given, expected, partial=False) == exact
    assert grade_calls(given, expected, partial=True) == pytest.approx(partial)


def test_same_call_counts_once() -> None:
    """A call that is expected twice has to be given twice."""
    assert grade_calls([call(x=1)], [call(x=1), call(x=1)], partial=True) == 0.5
    assert grade_calls([call(x=1), call(x=1)], [call(x=1), call(x=1)], partial=False) == 1.0


@pytest.mark.parametrize(
    "value",
    [
        {"name": "find", "arguments": {"x": 1}},
        [{"name": "find", "arguments": '{"x": 1}'}],
        [{"id": "1", "type": "function", "function": {"name": "find", "arguments": '{"x": 1}'}}],
        [3, {"name": 3}, {"function": "find"}, {"name": "find", "arguments": {"x": 1}}],
    ],
)
def test_forms_of_a_call(value: object) -> None:
    """A call may be written as the service does or plainly; what is no call is left out."""
    assert read_calls(value) == ({"name": "find", "arguments": '{"x": 1}'},)
    assert show_calls(read_calls(value)) == 'find({"x": 1})'
