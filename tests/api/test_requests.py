"""Invalid requests, and the errors that name what is wrong."""

import pytest
from pydantic import BaseModel
from starlette.requests import Request
from starlette.types import Message

from api.requests import MOST_VALUES, json_body, parse, query_parameters, run_id
from api.schemas.chat import ChatRequest
from api.schemas.costs import CostsQuery
from api.schemas.runs import RunsQuery
from api.schemas.usage import UsageQuery
from shared.errors import NotFoundError, RequestError

LIMIT = 4_000_000


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "invalid_json", "not JSON"),
        (b'{"model": ', "invalid_json", "not JSON"),
        (b'{"a": "\xff"}', "invalid_json", "not JSON"),
        (b'{"a": NaN}', "invalid_json", "not JSON"),
        (b'{"a":' * 5000, "invalid_json", "not JSON"),
        (b"[1]", "invalid_body", "an array"),
        (b"null", "invalid_body", "null"),
        (b'"x"', "invalid_body", "a string"),
        (b"7", "invalid_body", "a number"),
    ],
)
async def test_bodies_that_are_no_object(data: bytes, code: str, said: str) -> None:
    """Broken, undecodable, too deep or other JSON is 400 and says what it is."""
    with pytest.raises(RequestError, match=said) as caught:
        await json_body(_request(data), ChatRequest, LIMIT)

    assert (caught.value.status, caught.value.code) == (400, code)


@pytest.mark.parametrize("headers", [{}, {"content-length": "1001"}])
async def test_a_body_that_is_too_large(headers: dict[str, str]) -> None:
    """It is 413, by its announced length before anything is read, or as soon as it is too long."""
    with pytest.raises(RequestError, match=r"larger than 0\.001 MB") as caught:
        await json_body(_request(b" " * 1001, headers), ChatRequest, 1000)

    assert (caught.value.status, caught.value.code) == (413, "body_too_large")


@pytest.mark.parametrize("value", ["{},", "[],", "0,"])
async def test_a_body_of_too_many_values(value: str) -> None:
    """Millions of small values would take seconds to read; long lists of numbers do not."""
    body = f'{{"model":"m","messages":[{{}}],"x":[{value * (MOST_VALUES + 1)}0]}}'.encode()

    if value == "0,":
        assert (await json_body(_request(body), ChatRequest, LIMIT))["model"] == "m"
        return
    with pytest.raises(RequestError, match="more than 100,000 arrays, objects and fields"):
        await json_body(_request(body), ChatRequest, LIMIT)


async def test_a_large_text_is_read() -> None:
    """An image of megabytes is one value."""
    text = "A" * 3_000_000
    body = f'{{"model":"m","messages":[{{"role":"user","content":"{text}"}}]}}'.encode()

    assert (await json_body(_request(body), ChatRequest, LIMIT))["messages"][0]["content"] == text


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({}, "model", "required"),
        ({"model": 7, "messages": [{}]}, "model", "7"),
        ({"model": "", "messages": [{}]}, "model", "''"),
        ({"model": "m", "messages": "hi"}, "messages", "'hi'"),
        ({"model": "m", "messages": []}, "messages", "[]"),
        ({"model": "m", "messages": ["hi"]}, "messages.0", "'hi'"),
        ({"model": "m", "messages": [{}], "stream": "yes"}, "stream", "'yes'"),
    ],
)
def test_wrong_fields_are_named(body: dict[str, object], field: str, said: str) -> None:
    """A wrong field is 400 with its name, and with the value seen."""
    with pytest.raises(RequestError) as caught:
        parse(ChatRequest, body)

    assert (caught.value.code, caught.value.param) == ("invalid_value", field)
    assert field in caught.value.message
    assert said in caught.value.message


def test_long_values_are_cut() -> None:
    """A wrong value is shown in part: an answer must not repeat a whole conversation."""
    with pytest.raises(RequestError) as caught:
        parse(ChatRequest, {"model": "m", "messages": "x" * 10_000})

    assert len(caught.value.message) < 250


@pytest.mark.parametrize("query", [{"phase": "x"}, {"limit": "0"}, {"limit": "a"}, {"phaze": "x"}])
def test_wrong_queries(query: dict[str, str]) -> None:
    """Unknown parameters and impossible values of a query are 400 too."""
    with pytest.raises(RequestError) as caught:
        parse(RunsQuery, query)

    assert caught.value.param in query


@pytest.mark.parametrize(
    ("model", "query", "said"),
    [
        (
            RunsQuery,
            {"phaze": "x"},
            "phaze: There is no such field; valid fields are model, phase, limit",
        ),
        (UsageQuery, {"from": "soon"}, "from: Write it as 2026-11-25; it is 'soon'."),
        (UsageQuery, {"first": "x"}, "valid fields are from, to, by"),
        (CostsQuery, {"month": "2026-13"}, "month: Write it as 2026-11; it is '2026-13'."),
        (CostsQuery, {"month": "2026-11-01"}, "month: Write it as 2026-11; it is '2026-11-01'."),
    ],
)
def test_wrong_queries_say_what_would_be_right(
    model: type[BaseModel], query: dict[str, str], said: str
) -> None:
    """A caller reads what to write, not which pattern did not match."""
    with pytest.raises(RequestError) as caught:
        parse(model, query)

    assert said in caught.value.message


def test_the_function_key_is_no_part_of_a_query() -> None:
    """`?code=` is the host's; it is neither refused nor repeated."""
    assert query_parameters(_request(query=b"code=s3cret&limit=3")) == {"limit": "3"}


@pytest.mark.parametrize("run", ["a/b", "x'y-0123456789", "#", "é", "n" * 200])
def test_impossible_run_ids(run: str) -> None:
    """What no run can be called is simply not found; a table would refuse to look for it."""
    request = _request()
    request.scope["path_params"] = {"id": run}

    with pytest.raises(NotFoundError) as caught:
        run_id(request)

    assert caught.value.code == "run_not_found"


def _request(
    body: bytes = b"", headers: dict[str, str] | None = None, query: bytes = b""
) -> Request:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    sent = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "method": "POST", "headers": sent, "query_string": query}
    return Request(scope, receive)
