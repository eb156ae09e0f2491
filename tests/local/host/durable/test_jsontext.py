"""JSON in the extension's form."""

import json

import pytest

from local.host.durable.jsontext import dump, read, rewritten


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


@pytest.mark.parametrize(("text", "value"), [("17", 17), ('"a"', "a"), ("a b", "a b"), ("", "")])
def test_reads_what_is_json(text: str, value: object) -> None:
    """A status shows a text that is no JSON as it is."""
    assert read(text) == value
