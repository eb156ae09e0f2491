"""JSON in the extension's form."""

import json

import pytest

from local.functions_host.durable.net_json import (
    Unreadable,
    depth_fault,
    drop_metadata,
    dump,
    load,
    rewrite,
    show,
)


def test_writes_compactly_and_without_escapes() -> None:
    """No spaces, and non-ASCII characters as they are."""
    assert dump({"a": [1, "é😀"]}) == '{"a":[1,"é😀"]}'


def test_escapes_the_three_characters_that_newtonsoft_escapes() -> None:
    """Line and paragraph separators and the next-line character are written as escapes."""
    assert dump("a\u0085\u2028\u2029") == '"a\\u0085\\u2028\\u2029"'


@pytest.mark.parametrize(("given", "result"), [(None, None), ("", None), ("null", None)])
def test_nothing_and_null_are_no_result(given: str | None, result: str | None) -> None:
    """An activity that returns None leaves a null Result."""
    assert rewrite(given) is result


def test_rewrites_a_result() -> None:
    """What the worker encoded with spaces and escapes is stored in the extension's form."""
    assert rewrite('{"a": "\\u00e9"}') == '{"a":"é"}'


def test_writes_what_is_no_number_as_a_text() -> None:
    """NaN and the infinities have no form in JSON; .NET writes their names as texts."""
    assert dump([float("nan"), -float("inf"), 1.5, 1e22]) == '["NaN","-Infinity",1.5,1e+22]'
    assert dump('a \\" Infinity, NaN') == json.dumps('a \\" Infinity, NaN')


def test_replaces_halves_of_pairs() -> None:
    """Half a surrogate pair cannot be written as UTF-8; .NET writes a replacement for it."""
    assert dump("a\ud83d") == '"a\ufffd"'
    assert rewrite('{"$type": "x", "a": "\\ud83d"}') == '{"a":"\ufffd"}'


def test_refuses_results_with_too_many_levels() -> None:
    """64 are read, 65 are not."""
    assert rewrite("[" * 64 + "]" * 64) == "[" * 64 + "]" * 64
    with pytest.raises(Unreadable):
        rewrite("[" * 65 + "]" * 65)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("17", 17),
        ('"a"', "a"),
        ("a b", "a b"),
        ("", ""),
        ("  ", ""),
        ("3 strikes", 3),
        ('{"x": 1} y', {"x": 1}),
        ("{x: 1} y", "{x: 1} y"),
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"),
    ],
)
def test_shows_what_is_json(text: str, value: object) -> None:
    """A status shows the value that a text begins with, and one without as it is."""
    assert show(text) == value


def test_there_are_at_most_64_levels() -> None:
    """The 65th is refused; what is closed again, or stands in a text, does not count."""
    deep = '{"a": ' * 65 + "1" + "}" * 65

    assert depth_fault(deep) == "The reader's MaxDepth of 64 has been exceeded."
    assert depth_fault("[" + "[]," * 100 + "[" * 63 + "]" * 64) is None
    assert depth_fault('["' + "[" * 100 + '"]') is None
    with pytest.raises(Unreadable, match="MaxDepth of 64"):
        load(deep)


@pytest.mark.parametrize(
    "text", ["plain", "{bad", "{'a': 1}", "[1,]", "1 2", "{} // c", "undefined", "", "0x10"]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    """With Python's words and the standard to follow."""
    with pytest.raises(Unreadable, match=r"\(char \d+\)\. Write standard JSON"):
        load(text)


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"$type": "x", "$id": "2", "b": {"$type": "y"}}, {"b": {"$type": "y"}}),
        ({"$id": "1", "$values": [1]}, [1]),
        ({"$ref": "1"}, None),
        ({"$ref": None, "a": 1}, {"a": 1}),
        ({"a": 1, "$type": "x"}, {"a": 1, "$type": "x"}),
        ({"$other": 1}, {"$other": 1}),
        ([{"$type": "x"}], [{"$type": "x"}]),
    ],
)
def test_names_that_mean_something_in_net_are_lost(value: object, left: object) -> None:
    """Only at the beginning of the outermost object."""
    assert drop_metadata(value) == left
