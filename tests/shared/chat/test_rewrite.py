"""The changes of an answer on its way through, and that everything else stays."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.chat import rewrite
from shared.chat.rewrite import without_usage

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def test_only_the_top_level_name_is_changed() -> None:
    """Nested names, texts that look like one, and the spelling of the rest stay byte for byte."""
    answer = (
        b'{ "a":"\\"model\\": \\"x\\"", "object":"model", "usage":{"model":"deep"},'
        b'"n":1.50,"e":"\\u00e9", "model" : "gpt-4.1.ft-1" , "choices":[{"model":"inner"}]}\n'
    )

    sent = renamed(answer, "travel")

    assert sent == answer.replace(b'"gpt-4.1.ft-1"', b'"travel"')


def test_answers_without_a_name_stay() -> None:
    """What has no textual `model` at the top goes through as it is."""
    for answer in (b"{}", b'{"model":null}', b'{"x":{"model":"deep"}}'):
        assert renamed(answer, "travel") == answer


def test_names_are_escaped() -> None:
    """A name with quotes and non-ASCII letters is still JSON."""
    sent = renamed(b'{"model":"x"}', 'a"é')

    assert json.loads(sent) == {"model": 'a"é'}


@given(st.dictionaries(st.text(), _VALUES, max_size=6), st.text(), st.text(), st.booleans())
def test_any_answer_is_the_same_but_for_its_name(
    rest: dict[str, Any], old: str, new: str, ascii_only: bool
) -> None:
    """Whatever an answer holds, parsing shows the new name and nothing else changed."""
    answer = json.dumps({**rest, "model": old}, ensure_ascii=ascii_only).encode()

    sent = renamed(answer, new)

    assert json.loads(sent) == {**rest, "model": new}


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (b'{"a":1,"usage":null}', b'{"a":1}'),
        (b'{"usage" : null , "a":1}', b'{"a":1}'),
        (
            b'{"a":"usage", "usage":{"x":[1,{}]} ,"b":{"usage":3}}',
            b'{"a":"usage" ,"b":{"usage":3}}',
        ),
        (b'data: {"usage":{}}', b"data: {}"),
        (b'{"b":{"usage":1}, "usage":null , "c":2}', b'{"b":{"usage":1} , "c":2}'),
        (b'{"a":",\\"usage\\":null", "usage":null}', b'{"a":",\\"usage\\":null"}'),
    ],
)
def test_counts_that_nobody_asked_for(answer: bytes, wanted: bytes) -> None:
    """The top-level `usage` goes with one comma; all other bytes stay."""
    assert without_usage(answer) == wanted


def renamed(answer: bytes, name: str) -> bytes:
    """`answer` under another name."""
    return rewrite.renamed(answer, json.loads(answer), name)
