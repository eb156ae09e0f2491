"""Handlers of the chat routes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from local.azure.clock import Clock
from local.azure.deployments.deployment import Deployment
from local.azure.deployments.state import Deployments
from local.azure.errors import ServiceError
from local.azure.metrics.state import Chat, Usage
from local.azure.models.offer import OPEN_WEIGHT_CAPACITY
from local.azure.models.state import Models, ServedModel
from local.azure.routing import is_v1, json_object

from .answer import Answer
from .errors import (
    bad_request,
    context_length_error,
    deployment_not_found,
    deployment_not_ready,
    paused_deployment_error,
    prompt_filter_error,
    retired_model_error,
    too_many_headers,
)
from .filters import FILTER_PROMPT, prompt_results
from .limits import RateLimits
from .model import Responder
from .request import ChatRequest, read_chat_request
from .tokens import prompt_tokens

CONTEXT = 1_047_576
MAX_CUSTOM_HEADERS = 10
# How long an answer may be by default in the estimate that rate limits go by.
ESTIMATED_ANSWER = 100
REASONING = ("o4", "gpt-5")


@dataclass(frozen=True)
class Caller:
    """A chat that has found its deployment."""

    deployment: Deployment
    model: ServedModel
    version: str


class ChatHandlers:
    """Chat completions on the v1 and the dated API."""

    def __init__(
        self,
        deployments: Deployments,
        models: Models,
        responder: Responder,
        limits: RateLimits,
        usage: Usage,
        clock: Clock,
        *,
        retirement: bool,
    ) -> None:
        self._deployments, self._models = deployments, models
        self._responder, self._limits, self._usage = responder, limits, usage
        self._clock, self._retirement = clock, retirement
        # What a deployment serves never changes, and finding it means reading all jobs.
        self._served: dict[tuple[str, str], ServedModel] = {}

    async def complete(self, request: Request) -> Response:
        """One chat, as JSON or as a stream."""
        _check_headers(request)
        body = await json_object(request)
        caller = self._caller(request, body.get("model"))
        try:
            chat = read_chat_request(body)
            _check_limit_name(caller, body)
            headers = self._admit(caller, chat)
            answer = self._responder.answer(chat, caller.model)
        except ServiceError as error:
            self._count(caller, error.status, stream=bool(body.get("stream")))
            raise
        self._count(caller, 200, stream=chat.stream, answer=answer, choices=chat.choices)
        if not chat.stream:
            return JSONResponse(answer.to_json(chat), headers=headers)
        delayed = "async" in caller.deployment.rai_policy.lower()
        events = _events(answer, chat, delayed_filter=delayed)
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    def _caller(self, request: Request, model: object) -> Caller:
        name = request.path_params.get("deployment", model)
        if not isinstance(name, str) or not name:
            raise bad_request("you must provide a model parameter", "model")
        deployment = self._deployments.serving(name)
        if deployment is None:
            raise deployment_not_found()
        key = (deployment.model_name, deployment.model_version)
        served = self._served.get(key) or self._models.resolve(*key)
        if served is None:
            raise deployment_not_found()
        self._served[key] = served
        _check_route(request, deployment, served)
        if self._retirement and served.is_retired(self._clock.now()):
            raise retired_model_error(served.id)
        if deployment.paused:
            raise paused_deployment_error(name)
        return Caller(deployment, served, request.query_params.get("api-version", "v1"))

    def _admit(self, caller: Caller, chat: ChatRequest) -> dict[str, str]:
        tokens = prompt_tokens(chat.messages)
        if tokens > CONTEXT:
            raise context_length_error(CONTEXT, tokens)
        estimate = tokens + (chat.max_tokens or ESTIMATED_ANSWER)
        deployment = caller.deployment
        headers = self._limits.admit(deployment.name, deployment.capacity, estimate, caller.version)
        if FILTER_PROMPT in chat.everything:
            raise prompt_filter_error(prompt_results(stopped=True))
        return headers

    def _count(
        self,
        caller: Caller,
        status: int,
        *,
        stream: bool,
        answer: Answer | None = None,
        choices: int = 1,
    ) -> None:
        deployment = caller.deployment
        self._usage.count(
            Chat(
                deployment=deployment.name,
                model=deployment.model_name,
                version=deployment.model_version,
                status=status,
                stream=stream,
                prompt_tokens=answer.prompt_tokens if answer else 0,
                answer_tokens=answer.tokens * choices if answer else 0,
            )
        )


def _check_route(request: Request, deployment: Deployment, served: ServedModel) -> None:
    """Open-weight models answer by the dated path only, and tuned ones not with little capacity."""
    if not served.base.is_open_weight:
        return
    if is_v1(request):
        raise deployment_not_found()
    if served.job and deployment.capacity < OPEN_WEIGHT_CAPACITY:
        raise deployment_not_ready(deployment.name)


async def _events(
    answer: Answer, chat: ChatRequest, *, delayed_filter: bool
) -> AsyncIterator[bytes]:
    for chunk in answer.chunks(chat, delayed_filter=delayed_filter):
        yield b"data: " + orjson.dumps(chunk) + b"\n\n"
        # Lets other streams go on in between, as they would at the service.
        await asyncio.sleep(0)
    yield b"data: [DONE]\n\n"


def _check_headers(request: Request) -> None:
    known = ("x-ms-", "x-stainless-", "x-forwarded-", "x-request-")
    custom = [name for name in request.headers if name.startswith("x-")]
    if sum(not name.startswith(known) for name in custom) > MAX_CUSTOM_HEADERS:
        raise too_many_headers()


def _check_limit_name(caller: Caller, body: dict[str, object]) -> None:
    if caller.model.base.name.startswith(REASONING) and body.get("max_tokens"):
        raise bad_request(
            "Unsupported parameter: 'max_tokens' is not supported with this model."
            " Use 'max_completion_tokens' instead.",
            "max_tokens",
            "unsupported_parameter",
        )
