"""The changes of an answer on its way to the caller, and that everything else stays."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing.usage import Count
from shared.chat.meter import Meter

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def test_only_the_top_level_name_is_changed() -> None:
    """Nested names, texts that look like one, values and order of the rest stay."""
    answer = (
        b'{ "a":"\\"model\\": \\"x\\"", "object":"model", "usage":{"model":"deep"},'
        b'"n":1.50,"e":"\\u00e9", "model" : "gpt-4.1.ft-1" , "choices":[{"model":"inner"}]}\n'
    )

    sent = json.loads(Meter("brolly").body(answer))

    assert list(sent.items()) == list({**json.loads(answer), "model": "brolly"}.items())


def test_answers_without_a_name_stay() -> None:
    """What has no textual `model` at the top goes through as it is."""
    for answer in (b"{}", b'{"model":null}', b'{"x":{"model":"deep"}}', b"[1]", b"no JSON"):
        assert Meter("brolly").body(answer) == answer


def test_names_are_escaped() -> None:
    """A name with quotes and non-ASCII letters is still JSON."""
    sent = Meter('a"é').body(b'{"model":"x"}')

    assert json.loads(sent) == {"model": 'a"é'}


@given(st.dictionaries(st.text(), _VALUES, max_size=6), st.text(), st.text(), st.booleans())
def test_any_answer_is_the_same_but_for_its_name(
    rest: dict[str, Any], old: str, new: str, ascii_only: bool
) -> None:
    """Whatever an answer holds, parsing shows the new name and nothing else changed."""
    answer = json.dumps({**rest, "model": old}, ensure_ascii=ascii_only).encode()

    sent = Meter(new).body(answer)

    assert json.loads(sent) == {**rest, "model": new}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"a": 1, "usage": None}, {"a": 1}),
        ({"usage": None, "a": 1}, {"a": 1}),
        ({"a": "usage", "usage": None, "b": {"usage": 3}}, {"a": "usage", "b": {"usage": 3}}),
        ({"usage": {}, "choices": [1]}, {"choices": [1]}),
        ({"b": {"usage": 1}, "usage": None, "c": 2}, {"b": {"usage": 1}, "c": 2}),
        ({"a": ',"usage":null', "usage": None}, {"a": ',"usage":null'}),
    ],
)
def test_counts_that_nobody_asked_for(event: dict[str, Any], expected: dict[str, Any]) -> None:
    """The top-level `usage` is removed; all other fields stay."""
    text = b"data: " + json.dumps(event).encode() + b"\n\n"

    sent = Meter("brolly", hide_usage=True).events(text)

    assert sent.startswith(b"data: ")
    assert sent.endswith(b"\n\n")
    assert list(json.loads(sent[6:]).items()) == list(expected.items())


def test_tokens_of_a_whole_answer_are_counted() -> None:
    """The counts are the service's, and stay in the answer."""
    usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
    meter = Meter("brolly", hide_usage=True)

    sent = meter.body(json.dumps({"model": "x", "usage": usage}).encode())

    assert json.loads(sent)["usage"] == usage
    assert meter.count() == Count(requests=1, prompt_tokens=7, completion_tokens=5)


def test_an_answer_without_counts_is_unmetered() -> None:
    """A chat whose tokens the service does not send is still a request."""
    meter = Meter("brolly")

    meter.body(b'{"model":"x","usage":null}')

    assert meter.count() == Count(requests=1, unmetered=1)
