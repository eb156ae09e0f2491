"""Chat, and what it can ask for: the paths that OpenAI's clients know."""

from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from fastapi import Request, Response

from api.disconnects import cancel_on_disconnect
from api.endpoint import Access, endpoint
from api.requests import json_body
from api.responses import json_response
from api.schemas.chat import ChatCompletion, ChatRequest, ModelEntry, ModelList
from shared.access import Client, limits
from shared.access.limits import check_model, may_use
from shared.errors import AsleepError
from shared.registry import Model, Run, registry
from shared.settings import settings
from shared.ttl_cache import TtlCache

RAW = "x-tunedrop-raw"


@endpoint(
    "POST",
    "v1/chat/completions",
    access=Access.CLIENT_KEY,
    request=ChatRequest,
    response=ChatCompletion,
    media_types=("text/event-stream",),
    errors=(400, 403, 404, 409, 413, 429, 502, 503, 504),
)
async def chat_completions(request: Request, client: Any, caller: Client) -> Response:
    """Create a chat completion with a model, a run or the base, as JSON or as a stream."""
    from api import streaming
    from orchestrators.client import wake_for_chat
    from shared import chat
    from shared.chat import fields

    parsed = await json_body(request, ChatRequest, settings().chat_body_mb * 1_000_000)
    fields.check(parsed, settings().chat_fields)
    await limits().admit(caller, parsed["model"])
    wait = streaming.wants_wait(request, parsed)
    wanted = chat.CompletionRequest(parsed).without(streaming.WAIT)
    raw = request.headers.get(RAW, "").strip().lower() == "true"
    begin = partial(chat.create_completion, wanted, key=caller.name, raw=raw)
    try:
        completion = await cancel_on_disconnect(request.receive, begin())
    except AsleepError as error:
        asleep = await wake_for_chat(client, error, wanted.model)
        if not wait or not asleep.waking:
            raise asleep from None
        if wanted.is_stream:
            seconds = settings().wait_stream_limit.total_seconds()
            return streaming.WaitingStream(streaming.begin_when_awake(wanted.model, begin, seconds))
        seconds = settings().wait_limit.total_seconds()
        completion = await cancel_on_disconnect(
            request.receive, streaming.begin_when_awake(wanted.model, begin, seconds)
        )
    if completion.content is None:
        return streaming.EventStream(completion)
    headers = streaming.response_headers(completion)
    return Response(completion.content, headers=headers, media_type="application/json")


@endpoint("GET", "v1/models", access=Access.CLIENT_KEY, response=ModelList)
async def list_models(caller: Client) -> Response:
    """List the models that a chat can request."""
    found = [one for one in await chat_models().get() if may_use(caller, one.id)]
    return json_response(ModelList(data=found))


@endpoint(
    "GET",
    "v1/models/{id}",
    access=Access.CLIENT_KEY,
    response=ModelEntry,
    errors=(403, 404, 409, 503),
)
async def retrieve_model(request: Request, caller: Client) -> Response:
    """Retrieve a model; also by names that are not listed, such as `<name>@previous`."""
    from shared.chat import targets

    check_model(caller, request.path_params["id"])
    found = await targets().get(request.path_params["id"])
    return json_response(ModelEntry(id=found.asked, created=_unix(found.created)))


@lru_cache(maxsize=1)
def chat_models() -> TtlCache[list[ModelEntry]]:
    """What can be asked for, for all callers of this process."""
    return TtlCache(lambda _: _entries())


def _entries() -> list[ModelEntry]:
    from shared.chat.targets import BASE, list_answering_runs

    runs = list_answering_runs(registry())
    serving = {run.id: run for run in runs}
    names = [_entry(model, serving) for model in registry().models() if model.active in serving]
    return [
        ModelEntry(id=BASE, created=0),
        *names,
        *(ModelEntry(id=run.id, created=_unix(run.created)) for run in runs),
    ]


def _entry(model: Model, serving: dict[str, Run]) -> ModelEntry:
    return ModelEntry(id=model.model, created=_unix(serving[model.active].created))


def _unix(at: datetime | None) -> int:
    return int(at.timestamp()) if at else 0
