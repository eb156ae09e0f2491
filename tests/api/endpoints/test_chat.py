"""The chat endpoint, as OpenAI's own client and as curl meet it."""

import json

import httpx
import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from shared.registry import Model
from shared.registry.state import Phase
from tests.api.conftest import BASE_DEPLOYMENT, BEARER, Here
from tests.journeys.place import CLIENT_KEY

PATHS = "*/chat/completions"
SYSTEM = "You are a brolly guide who knows every city."


@pytest.fixture
def client(here: Here) -> OpenAI:
    """OpenAI's client with nothing but an address and a key."""
    return OpenAI(base_url=f"{here.place.stack.url}/api/v1", api_key=CLIENT_KEY, max_retries=0)


def test_openais_client_chats(client: OpenAI) -> None:
    """An answer comes back under the name that was asked for."""
    answer = client.chat.completions.create(
        model="base", messages=[{"role": "user", "content": "hi"}]
    )

    assert answer.model == "base"
    assert answer.choices[0].message.content
    assert answer.usage is not None


def test_openais_client_streams(client: OpenAI) -> None:
    """A stream is read to its end, usage included, whatever chunks the service puts in."""
    chunks = list(
        client.chat.completions.create(
            model="base",
            messages=[{"role": "user", "content": "hi"}],
            stream=True,
            stream_options={"include_usage": True},
        )
    )

    assert {chunk.model for chunk in chunks} == {"base"}
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert [chunk.usage for chunk in chunks if chunk.usage]


async def test_openais_async_client_streams(here: Here) -> None:
    """The asynchronous client works the same."""
    async with AsyncOpenAI(base_url=f"{here.place.stack.url}/api/v1", api_key=CLIENT_KEY) as client:
        stream = await client.chat.completions.create(
            model="base", messages=[{"role": "user", "content": "hi"}], stream=True
        )
        chunks = [chunk async for chunk in stream]

    assert chunks[-1].choices[0].finish_reason == "stop"


def test_models_are_listed(here: Here, client: OpenAI) -> None:
    """What answers can be asked for: the base, models by name, versions by run id."""
    here.seed("listed-0123456789", active=True, deployment_name=BASE_DEPLOYMENT)
    here.seed("listed-aaaaaaaaaa", phase=Phase.SUPERSEDED, deployment_name=BASE_DEPLOYMENT)
    here.seed("listed-bbbbbbbbbb", phase=Phase.ASLEEP)

    ids = {model.id for model in client.models.list()}

    assert ids >= {"base", "listed", "listed-0123456789", "listed-aaaaaaaaaa"}
    assert "listed-bbbbbbbbbb" not in ids


def test_a_model_is_looked_up(here: Here, client: OpenAI) -> None:
    """One model by name, by run, as `<name>@previous`; an unknown one is OpenAI's 404."""
    new, old = "looked-0123456789", "looked-aaaaaaaaaa"
    here.seed(new, active=True, deployment_name=BASE_DEPLOYMENT)
    here.seed(old, phase=Phase.SUPERSEDED, deployment_name=BASE_DEPLOYMENT)
    here.rows.put_model(here.rows.model("looked"), Model(model="looked", active=new, previous=old))

    for asked in ("base", "looked", new, old, "looked@previous"):
        found = client.models.retrieve(asked)
        assert (found.id, found.object, found.owned_by) == (asked, "model", "tunedrop")
    with pytest.raises(openai.NotFoundError) as caught:
        client.models.retrieve("nope")
    assert caught.value.code == "model_not_found"


def test_errors_are_those_that_the_client_knows(here: Here, client: OpenAI) -> None:
    """Unknown, unready, asleep and malformed arrive as the client's own exceptions, with a code."""
    here.seed("young-0123456789", phase=Phase.TRAINING)
    here.seed("tired-0123456789", active=True, phase=Phase.ASLEEP)
    wrong = client.with_options(api_key="wrong")

    assert _code(client, "nope", openai.NotFoundError) == "model_not_found"
    assert _code(client, "young", openai.ConflictError) == "model_not_ready"
    assert _code(client, "tired", openai.InternalServerError) == "model_asleep"
    assert _code(client, "", openai.BadRequestError) == "invalid_value"
    assert _code(wrong, "base", openai.AuthenticationError) == "invalid_api_key"


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b'{"model"', b"[]", b'{"model":"base"}', b'{"messages":[1]}']
)
def test_malformed_bodies(here: Here, content: bytes) -> None:
    """A body that is no chat is 400 in OpenAI's form."""
    answer = here.http.post("v1/chat/completions", content=content, headers=BEARER)

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_the_system_message_can_be_switched_off(here: Here) -> None:
    """A model is sent what it was trained with; a header keeps it away."""
    here.seed(
        "guide-0123456789", active=True, deployment_name=BASE_DEPLOYMENT, chat_system_message=SYSTEM
    )

    with_it = here.chat(model="guide").json()["usage"]["prompt_tokens"]
    raw = here.chat({**BEARER, "x-tunedrop-raw": "true"}, model="guide")

    assert with_it > raw.json()["usage"]["prompt_tokens"]


def test_counts_show_only_if_asked_for(here: Here) -> None:
    """A stream has no token counts unless the caller asks for them."""
    without = here.chat(model="base", stream=True).text
    asked = here.chat(model="base", stream=True, stream_options={"include_usage": True}).text

    assert '"usage"' not in without
    assert '"usage":{' in asked
    assert '"usage":null' in asked


def test_a_rate_limit_reaches_the_caller(here: Here) -> None:
    """The service's 429 keeps status, code, message and says when to come again, at once."""
    said = {"code": "429", "message": "Requests have exceeded call rate limit."}
    headers = {"retry-after": "60", "retry-after-ms": "60000", "x-ratelimit-reset-requests": "60s"}
    here.place.emulator.control(
        "faults",
        {"path": PATHS, "status": 429, "headers": headers, "body": {"error": said}, "times": 1},
    )

    answer = here.chat(model="base")

    assert answer.status_code == 429
    assert headers.items() <= dict(answer.headers).items()
    assert answer.json()["error"] == {**said, "param": None, "type": "invalid_request_error"}


def test_what_the_filter_found_reaches_the_caller(here: Here) -> None:
    """A refused prompt has all that the service says of it."""
    prompt = {"role": "user", "content": "emulator:filter-prompt"}

    answer = here.chat(model="base", messages=[prompt])

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (400, "content_filter", "prompt")
    assert error["message"].startswith("The response was filtered")
    assert error["innererror"]["code"] == "ResponsibleAIPolicyViolation"


def test_a_failure_that_passes_is_not_seen(here: Here) -> None:
    """A failure before the first byte that the next try does not meet is tried again for them."""
    here.place.emulator.control("faults", {"path": PATHS, "status": 503, "times": 1})

    assert here.chat(model="base").status_code == 200


def test_a_broken_stream_does_not_end_properly(here: Here) -> None:
    """After what had come and an error event, the connection breaks off: no client sees an end."""
    here.place.emulator.control("faults", {"path": PATHS, "cut_after": 3})

    lines = here.broken_stream(model="base").splitlines()

    error = json.loads(lines[lines.index("event: error") + 1].removeprefix("data: "))["error"]
    assert lines[0].startswith("data: {")
    assert "data: [DONE]" not in lines
    assert error["message"].endswith("Send the request again.")
    assert "tried again" not in error["message"]


def test_a_stream_is_sent_as_it_comes(here: Here) -> None:
    """A stream announces itself as one that nobody on the way may keep or gather."""
    answer = here.chat(model="base", stream=True)

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-accel-buffering"] == "no"
    assert answer.text.endswith("data: [DONE]\n\n")


def test_a_chat_is_a_use(here: Here) -> None:
    """After a chat the deployments' list knows of it."""
    here.seed("used-0123456789", active=True, deployment_name=BASE_DEPLOYMENT)

    assert here.chat(model="used").status_code == httpx.codes.OK

    for _ in range(200):
        if here.rows.get("used-0123456789").deployment.last_used:
            return
    raise AssertionError("the chat moved no last_used")


def test_a_chat_leaves_no_line_of_its_libraries(here: Here) -> None:
    """A chat is no line in the log: client libraries would add one for each call."""
    before = len(here.place.log())

    assert here.chat(model="base").status_code == httpx.codes.OK

    since = here.place.log()[before:]
    assert "HTTP Request" not in since
    assert "chat/completions" not in since


def _code(client: OpenAI, model: str, kind: type[openai.APIStatusError]) -> str | None:
    with pytest.raises(kind) as caught:
        client.chat.completions.create(model=model, messages=[{"role": "user", "content": "hi"}])
    return caught.value.code
