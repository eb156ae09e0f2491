"""The app's own chats: for the comparison of base and tuned model, and for readiness.

Source: Azure OpenAI v1 `/chat/completions`; `model` is the deployment's name.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from shared.clients.data_plane import DATED_CHAT_VERSION, data_plane, dated_data_plane
from shared.clients.refusals import OPENAI
from shared.clients.translate import translate_errors
from shared.errors import ServiceError

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletion, ChatCompletionMessage

ANSWER_SECONDS = 120.0
#: A reasoning model answers 400 where it may not finish a thought (goclaw#245, spiceai#7126).
PROBE_TOKENS = 64
#: What the data plane says of a deployment that it does not know yet (azure-openai.md, 4.5).
NOT_YET = frozenset({"DeploymentNotFound", "DeploymentNotReady"})
# Reasoning models refuse `temperature` and want the newer name of `max_tokens`.
_NEWER_NAMES = {"max_tokens": "max_completion_tokens"}
_UNSUPPORTED = frozenset({"unsupported_parameter", "unsupported_value"})


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        deployment: The deployment that answered.
        model: The model behind it, as the service names it; may be empty.
        text: What the model said; empty if it said nothing.
        calls: The tools that it calls instead, each with `name` and `arguments` (JSON in a string).
        is_metered: Whether the service sent the token counts; without, they are 0.
        prompt_tokens: Tokens of the prompt.
        completion_tokens: Tokens of the answer.
        seconds: How long it took, with the network.
        finish_reason: `stop`, `length`, `content_filter`, `tool_calls`; empty if not said.
    """

    deployment: str
    model: str
    text: str
    is_metered: bool
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    finish_reason: str
    calls: tuple[dict[str, str], ...] = ()


def complete(
    deployment: str,
    messages: Sequence[Mapping[str, object]],
    *,
    max_tokens: int = 800,
    temperature: float = 0,
    tools: Sequence[Mapping[str, object]] = (),
    dated: bool = False,
) -> Answer:
    """Ask a deployment once. An answer that the content filter cut is an answer, and says so.

    Args:
        deployment: Name of the deployment.
        messages: As in OpenAI's API.
        max_tokens: The longest answer.
        temperature: 0 for answers that differ as little as possible between calls.
        tools: What the model may call, as in OpenAI's API.
        dated: Whether the model is asked by the dated path (`Model.dated_chat`).

    Raises:
        ServiceError: any refusal; `content_filter` if the prompt itself was refused.
    """
    request = {"messages": list(messages), "max_tokens": max_tokens, "temperature": temperature}
    if tools:
        request["tools"] = list(tools)
    return _request(deployment, request, dated=dated)


def probe(deployment: str, *, dated: bool = False) -> Answer | None:
    """Ask for a short answer, to see whether the data plane answers.

    Resource Manager's `Succeeded` comes up to five minutes before that. The answer has room for
    the thoughts of a reasoning model, which refuses to be cut off before it has said anything.

    Returns:
        The answer; None if the request was refused in a way that proves the deployment.

    Raises:
        ServiceError: with a code of `NOT_YET` while it does not; any other refusal.
    """
    messages = [{"role": "user", "content": "Hi"}]
    try:
        return _request(deployment, {"messages": messages, "max_tokens": PROBE_TOKENS}, dated=dated)
    except ServiceError as error:
        if _proves_deployment(error):
            return None
        raise


def _proves_deployment(error: ServiceError) -> bool:
    """Whether the model itself, or what stands before it, has something against the request.

    That is a content filter, a rate limit, or a reasoning model that had too few tokens to end.
    """
    loads = error.retryable and error.status != 429  # such as "Failed to load LoRA"
    return error.status in (400, 429) and not loads


def _request(deployment: str, request: dict[str, Any], *, dated: bool) -> Answer:
    start = time.perf_counter()
    found = _send_with_parameter_fallback(deployment, request, dated=dated)
    seconds = time.perf_counter() - start
    # Azure may send no choice at all, or one without text: then there is nothing to show.
    choice = found.choices[0] if found.choices else None
    message = choice.message if choice else None
    return Answer(
        deployment=deployment,
        model=found.model or "",
        is_metered=found.usage is not None,
        text=(message.content if message else None) or "",
        prompt_tokens=found.usage.prompt_tokens if found.usage else 0,
        completion_tokens=found.usage.completion_tokens if found.usage else 0,
        seconds=seconds,
        finish_reason=(choice.finish_reason if choice else None) or "",
        calls=_calls(message),
    )


def _calls(message: "ChatCompletionMessage | None") -> tuple[dict[str, str], ...]:
    calls = (message.tool_calls if message else None) or []
    return tuple(
        {"name": one.function.name, "arguments": one.function.arguments}
        for one in calls
        if one.type == "function"
    )


def _send_with_parameter_fallback(
    deployment: str, request: dict[str, Any], *, dated: bool
) -> "ChatCompletion":
    """Send a request without the parameters that the model refuses, or with their newer names."""
    while True:
        try:
            return _send(deployment, request, dated=dated)
        except ServiceError as error:
            name = _unsupported_parameter(error)
            if name not in request:
                raise
            value = request.pop(name)
            if name in _NEWER_NAMES:
                request[_NEWER_NAMES[name]] = value


def _send(deployment: str, request: dict[str, Any], *, dated: bool) -> "ChatCompletion":
    """Send a request; one to an open-weight model by v1 where the dated path does not know it."""
    if dated:
        try:
            return _create(dated_data_plane(DATED_CHAT_VERSION), deployment, request)
        except ServiceError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise
    return _create(data_plane(), deployment, request)


def _create(client: "OpenAI", deployment: str, request: dict[str, Any]) -> "ChatCompletion":
    with translate_errors(OPENAI, f"answer a chat with deployment {deployment}"):
        found: ChatCompletion = client.chat.completions.create(
            model=deployment, timeout=ANSWER_SECONDS, stream=False, **request
        )
    return found


def _unsupported_parameter(error: ServiceError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    return str(body.get("param")) if error.code in _UNSUPPORTED else ""
