"""Whole chat answers, for the comparison of base and tuned model and for readiness.

Source: Azure OpenAI v1 `/chat/completions`; `model` is the deployment's name.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from shared.clients.data_plane import data_plane
from shared.clients.refusals import OPENAI
from shared.clients.translate import translate_errors
from shared.errors import ServiceError

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

ANSWER_SECONDS = 120.0
# Reasoning models refuse `temperature` and want the newer name of `max_tokens`.
_RENAMED = {"max_tokens": "max_completion_tokens"}
_UNSUPPORTED = frozenset({"unsupported_parameter", "unsupported_value"})


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes:
        text: What the model said; empty if it said nothing.
        seconds: How long it took, with the network.
        finish_reason: `stop`, `length`, `content_filter`, `tool_calls`; empty if not said.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    finish_reason: str


def complete(
    deployment: str,
    messages: Sequence[Mapping[str, object]],
    *,
    max_tokens: int = 800,
    temperature: float = 0,
) -> Answer:
    """Ask a deployment once. An answer that the content filter cut is an answer, and says so.

    Args:
        deployment: Name of the deployment.
        messages: As in OpenAI's API.
        max_tokens: The longest answer.
        temperature: 0 for answers that differ as little as possible between calls.

    Raises:
        ServiceError: any refusal; `content_filter` if the prompt itself was refused.
    """
    request = {"messages": list(messages), "max_tokens": max_tokens, "temperature": temperature}
    began = time.perf_counter()
    found = _ask(deployment, request)
    seconds = time.perf_counter() - began
    # Azure may send no choice at all, or one without text: then there is nothing to show.
    choice = found.choices[0] if found.choices else None
    message = choice.message if choice else None
    return Answer(
        text=(message.content if message else None) or "",
        prompt_tokens=found.usage.prompt_tokens if found.usage else 0,
        completion_tokens=found.usage.completion_tokens if found.usage else 0,
        seconds=seconds,
        finish_reason=(choice.finish_reason if choice else None) or "",
    )


def probe(deployment: str) -> None:
    """Ask for one token, to see whether the data plane answers.

    Resource Manager's `Succeeded` comes up to five minutes before that.

    Raises:
        ServiceError: `DeploymentNotFound` or `DeploymentNotReady` while it does not; any other
            refusal.
    """
    _ask(deployment, {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1})


def _ask(deployment: str, request: dict[str, Any]) -> "ChatCompletion":
    while True:
        try:
            return _send(deployment, request)
        except ServiceError as error:
            name = _unsupported_parameter(error)
            if name not in request:
                raise
            value = request.pop(name)
            if name in _RENAMED:
                request[_RENAMED[name]] = value


def _send(deployment: str, request: dict[str, Any]) -> "ChatCompletion":
    with translate_errors(OPENAI, f"answer a chat with deployment {deployment}"):
        found: ChatCompletion = data_plane().chat.completions.create(
            model=deployment, timeout=ANSWER_SECONDS, stream=False, **request
        )
    _count(deployment, found)
    return found


def _count(deployment: str, found: "ChatCompletion") -> None:
    from shared.billing.usage.count import Count
    from shared.billing.usage.own import note_own

    used = found.usage
    count = Count(1, 0, used.prompt_tokens, used.completion_tokens) if used else Count(1, 1)
    note_own(deployment, found.model or "", count)


def _unsupported_parameter(error: ServiceError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    return str(body.get("param")) if error.code in _UNSUPPORTED else ""
