"""The two doors that OpenAI's clients know: chat completions and models."""

from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api import streaming
from api.disconnects import unless_left
from api.requests import checked, json_object
from api.responses import body
from api.schemas import ChatRequest, ModelEntry, ModelList
from orchestrators import waking
from shared.chat import Exchange
from shared.errors import AsleepError
from shared.registry import Model, Version, registry
from shared.settings import settings
from shared.ttl_cache import Kept

RAW = "x-tunedrop-raw"
_PASSED = ("x-ratelimit-", "x-request-id", "apim-request-id", "x-ms-region")


async def complete(request: Request, client: Any, key: str) -> Response:
    """`POST v1/chat/completions`, counted for the client key of that name."""
    from shared import chat

    parsed = await json_object(request)
    checked(ChatRequest, parsed)
    wait = streaming.wanted(request, parsed)
    wanted = chat.Request(await request.body(), parsed).without(streaming.WAIT)
    raw = request.headers.get(RAW, "").strip().lower() == "true"
    begin = partial(chat.begin, wanted, key=key, raw=raw)
    try:
        exchange = await unless_left(request, begin())
    except AsleepError as error:
        asleep = await waking.by_chat(client, error, wanted.model)
        if not wait or not asleep.waking:
            raise asleep from None
        if wanted.streams:
            seconds = settings().wait_stream_limit.total_seconds()
            return streaming.HeldStream(streaming.held(wanted.model, begin, seconds))
        seconds = settings().wait_limit.total_seconds()
        exchange = await unless_left(request, streaming.held(wanted.model, begin, seconds))
    if exchange.streams:
        return EventStream(exchange)
    try:
        content = await unless_left(request, exchange.body())
    finally:
        await exchange.close()
    return Response(content, headers=_headers(exchange), media_type="application/json")


async def models() -> Response:
    """`GET v1/models`."""
    return body(ModelList(data=await listed().get()))


async def model(request: Request) -> Response:
    """`GET v1/models/{id}`; also for names that the list leaves out, such as `<name>@previous`."""
    from shared.chat import targets

    found = await targets().get(request.path_params["id"])
    return body(ModelEntry(id=found.asked, created=_unix(found.created)))


class EventStream(StreamingResponse):
    """A chat's events as they come; whatever ends it, the upstream request ends with it."""

    def __init__(self, exchange: Exchange) -> None:
        # Proxies on the way must neither keep the events nor gather them.
        headers = {**_headers(exchange), "cache-control": "no-cache", "x-accel-buffering": "no"}
        super().__init__(exchange.events(), headers=headers, media_type="text/event-stream")
        self._exchange = exchange

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events; here, since a generator that never began would not clean up."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._exchange.close()


def _headers(exchange: Exchange) -> dict[str, str]:
    return {name: value for name, value in exchange.headers.items() if name.startswith(_PASSED)}


@lru_cache(maxsize=1)
def listed() -> Kept[list[ModelEntry]]:
    """What can be asked for, for all callers of this process."""
    return Kept(lambda _: _entries())


def _entries() -> list[ModelEntry]:
    from shared.chat.targets import BASE, answering

    versions = answering(registry())
    serving = {version.run: version for version in versions}
    names = [_named(model, serving) for model in registry().models() if model.active in serving]
    return [
        ModelEntry(id=BASE, created=0),
        *names,
        *(ModelEntry(id=version.run, created=_unix(version.created)) for version in versions),
    ]


def _named(model: Model, serving: dict[str, Version]) -> ModelEntry:
    return ModelEntry(id=model.model, created=_unix(serving[model.active].created))


def _unix(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) if text else 0
