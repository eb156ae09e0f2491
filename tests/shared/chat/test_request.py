"""What goes up to the service: the caller's fields, but for those that have to change."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.chat.request import CompletionRequest
from shared.errors import RequestError

USER = {"role": "user", "content": "hi"}
SYSTEM = {"role": "system", "content": "Be brief."}
SHOTS = ({"role": "user", "content": "a"}, {"role": "assistant", "content": "b"})
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


def test_only_the_name_changes() -> None:
    """Unknown fields, long integers, fractions and escapes keep their values and order."""
    text = (
        b'{ "model" : "brolly","seed":18446744073709551615, "t":1.50,"e":"\\u00e9",'
        b'"messages":[ {"role":"user","content":"\\"model\\":\\"x\\"","x":1e2} ],'
        b'"future":{"a":[null]}}\n'
    )

    sent = json.loads(_parse(text).upstream_body("run-1", meter=True))

    assert list(sent.items()) == list({**json.loads(text), "model": "run-1"}.items())


def test_system_message_and_examples_stand_first() -> None:
    """A caller without a system message gets the model's, and the examples behind it."""
    sent = _send({"messages": [USER], "seed": 7}, "Be brief.", SHOTS)

    assert sent == {"model": "d", "messages": [SYSTEM, *SHOTS, USER], "seed": 7}


@pytest.mark.parametrize("role", ["system", "developer"])
def test_a_callers_own_system_message_stays_the_first(role: str) -> None:
    """It is not joined by another one, and the examples stand behind it."""
    own = {"role": role, "content": "Mine, [1, 2]."}

    sent = _send({"messages": [own, own, USER]}, "Be brief.", SHOTS)

    assert sent["messages"] == [own, own, *SHOTS, USER]
    assert _send({"messages": [own]}, "Be brief.", SHOTS)["messages"] == [own, *SHOTS]
    assert _send({"messages": [USER, own]}, "Be brief.", SHOTS)["messages"] == [*SHOTS, USER, own]


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, {"include_usage": True}),
        ({"stream_options": None}, {"include_usage": True}),
        ({"stream_options": {"include_usage": False}}, {"include_usage": True}),
        ({"stream_options": {"x": 1}}, {"x": 1, "include_usage": True}),
        ({"stream_options": {"include_usage": True, "x": 1}}, {"include_usage": True, "x": 1}),
    ],
)
def test_a_stream_is_asked_for_its_tokens(options: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Whatever the caller says of them; all other options stay."""
    body = {"model": "m", "messages": [USER], "stream": True, **options}

    sent = json.loads(CompletionRequest(body).upstream_body("d", meter=True))

    assert sent == {**body, "model": "d", "stream_options": wanted}
    assert json.loads(CompletionRequest(body).upstream_body("d", meter=False)) == {
        **body,
        "model": "d",
    }


def test_an_answer_in_one_piece_needs_no_options() -> None:
    """Without a stream nothing is added: the service refuses the options then."""
    assert "stream_options" not in _send({"messages": [USER], "stream": False}, "", ())


@pytest.mark.parametrize(
    "text",
    [
        b'{"model":"secret","model":"m","messages":[{"role":"user"}]}',
        b'{"mod\\u0065l":"secret","model":"m","messages":[{"role":"user"}]}',
        b'{"model":"m","messages":[],"messages":[{"role":"user"}]}',
        b'{"messages":[{"role":"user","model":"in"}],"m\\u006fdel":"m"}',
    ],
)
def test_the_service_sees_what_was_checked(text: bytes) -> None:
    """Names that come twice, or are written with escapes, cannot ask for another deployment."""
    sent = _parse(text).upstream_body("d", meter=True)

    assert b"secret" not in sent
    assert orjson.loads(sent) == {**orjson.loads(text), "model": "d"}


@given(
    st.dictionaries(st.text(), _VALUES, max_size=4),
    st.lists(st.dictionaries(st.text(), _VALUES, max_size=3), min_size=1, max_size=4),
    st.booleans(),
    st.booleans(),
)
def test_any_request_keeps_its_meaning(
    rest: dict[str, Any], messages: list[dict[str, Any]], first: bool, ascii_only: bool
) -> None:
    """Whatever a caller sends, the service reads the same with the name changed."""
    named = {"model": "m", "messages": messages}
    body = {**named, **rest, **named} if first else {**rest, **named}
    text = json.dumps(body, ensure_ascii=ascii_only, indent=1 if first else None).encode()

    sent = json.loads(_parse(text).upstream_body("d", "", SHOTS, meter=False))

    assert {**sent, "messages": None} == {**body, "model": "d", "messages": None}
    assert [one for one in sent["messages"] if one not in SHOTS] == messages
    assert list(sent) == list(body)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (b'{"wait":true,"model":"m","x":1.50}', b'{"model":"m","x":1.50}'),
        (b'{"model":"m", "wait" : true ,"x":1.50}', b'{"model":"m", "x":1.50}'),
        (b'{"model":"m","x":1.50 , "wait":true}', b'{"model":"m","x":1.50}'),
        (b'{"model":"m","x":{"wait":true}}', b'{"model":"m","x":{"wait":true}}'),
        (b'{"wait":true,"model":"m","wait":false}', b'{"model":"m"}'),
        (b'{"w\\u0061it":true,"model":"m"}', b'{"model":"m"}'),
        (b'{"wait":true}', b"{}"),
    ],
)
def test_without_a_field(text: bytes, left: bytes) -> None:
    """One field is taken out, however it is written, and all others stay."""
    request = _parse(text).without("wait")

    assert list(request.fields.items()) == list(json.loads(left).items())


def test_a_body_that_is_nested_too_deeply_is_refused() -> None:
    """What can be read but not written is the caller's error, not a failure of the app."""
    deep = b"[" * 500 + b"]" * 500
    request = _parse(b'{"model":"m","messages":[{"role":"user"}],"x":' + deep + b"}")

    with pytest.raises(RequestError, match="nested too deeply") as caught:
        request.upstream_body("d", meter=True)

    assert caught.value.status == 400


def _parse(text: bytes) -> CompletionRequest:
    return CompletionRequest(orjson.loads(text))


def _send(body: dict[str, Any], system: str, shots: tuple[dict[str, str], ...]) -> Any:
    request = CompletionRequest({"model": "m", **body})
    return json.loads(request.upstream_body("d", system, shots, meter=True))
