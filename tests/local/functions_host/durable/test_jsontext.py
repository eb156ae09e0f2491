"""JSON in the extension's form."""

import json

import pytest

from local.functions_host.durable.jsontext import dump, read, rewritten
from local.functions_host.durable.newtonsoft import Unreadable


def test_writes_compactly_and_without_escapes() -> None:
    """No spaces, and non-ASCII characters as they are."""
    assert dump({"a": [1, "é😀"]}) == '{"a":[1,"é😀"]}'


def test_escapes_the_three_characters_that_newtonsoft_escapes() -> None:
    """Line and paragraph separators and the next-line character are written as escapes."""
    assert dump("a\u0085\u2028\u2029") == '"a\\u0085\\u2028\\u2029"'


@pytest.mark.parametrize(("given", "result"), [(None, None), ("", None), ("null", None)])
def test_nothing_and_null_are_no_result(given: str | None, result: str | None) -> None:
    """An activity that returns None leaves a null Result."""
    assert rewritten(given) is result


def test_writes_a_result_anew() -> None:
    """What the worker encoded with spaces and escapes is stored in the extension's form."""
    assert rewritten('{"a": "\\u00e9"}') == '{"a":"é"}'


def test_writes_numbers_as_net_does() -> None:
    """Exponents begin at 17, in capitals and with two digits; what is no number is a text."""
    floats = [1.0, 1e22, 1e-07, 1e16, 1.2345678901234568e17, 0.1, -0.0, 5e-324, 0.0001]

    assert dump(floats) == (
        "[1.0,1E+22,1E-07,10000000000000000.0,1.2345678901234568E+17,0.1,-0.0,5E-324,0.0001]"
    )
    assert dump([float("nan"), -float("inf")]) == '["NaN","-Infinity"]'
    assert dump('a \\" 1e+22, NaN') == json.dumps('a \\" 1e+22, NaN')


def test_replaces_halves_of_pairs() -> None:
    """Half a surrogate pair cannot be written as UTF-8; .NET writes a replacement for it."""
    assert dump("a\ud83d") == '"a\ufffd"'
    assert rewritten('{"$type": "x", "a": "\\ud83d"}') == '{"a":"\ufffd"}'


def test_refuses_results_with_too_many_levels() -> None:
    """64 are read, 65 are not."""
    assert rewritten("[" * 64 + "]" * 64) == "[" * 64 + "]" * 64
    with pytest.raises(Unreadable):
        rewritten("[" * 65 + "]" * 65)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("17", 17),
        ('"a"', "a"),
        ("a b", "a b"),
        ("", ""),
        ("  ", ""),
        ("3 strikes", 3),
        ("{x: 1} y", {"x": 1}),
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
    ],
)
def test_reads_what_is_json(text: str, value: object) -> None:
    """A status shows the value that a text begins with, and one without as it is."""
    assert read(text) == value
