"""The two changes on the way through, and that everything else stays."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.chat.wording import renamed, renamed_line, with_system

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)
_USER = {"role": "user", "content": "hi"}


def test_system_message_is_put_first() -> None:
    """A caller without a system message gets the one that the model was trained with."""
    body = {"model": "m", "messages": [_USER], "seed": 7}

    sent = with_system(body, "Be brief.")

    assert sent["messages"] == [{"role": "system", "content": "Be brief."}, _USER]
    assert (sent["model"], sent["seed"]) == ("m", 7)


def test_own_system_message_is_kept() -> None:
    """A caller's own system or developer message, wherever it stands, is not joined by another."""
    for role in ("system", "developer"):
        body = {"messages": [_USER, {"role": role, "content": "Mine."}]}

        assert with_system(body, "Be brief.") is body


def test_no_system_message_changes_nothing() -> None:
    """A model that was trained without one sends what the caller sent."""
    body = {"messages": [_USER]}

    assert with_system(body, "") is body


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
    for answer in (b"[DONE]", b"{}", b'{"model":null}', b'{"x":{"model":"deep"}}', b'["model"]'):
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


def test_lines_of_a_stream() -> None:
    """Only data lines with an object are touched."""
    assert renamed_line(b'data: {"model":""}\r\n', "m") == b'data: {"model":"m"}\r\n'
    for line in (b"data: [DONE]\n", b': {"model":"x"}\n', b'event: {"model":"x"}\n', b"\n"):
        assert renamed_line(line, "m") == line
