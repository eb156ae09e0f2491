"""JSON in the extension's form."""

import pytest

from local.host.durable.jsontext import dump, rewritten


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
