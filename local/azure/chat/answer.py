"""A finished answer in the service's shapes: one JSON object, or the chunks of a stream."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .filters import answer_results, prompt_results
from .request import ChatRequest
from .tokens import pieces

FINGERPRINT = "emulated"


@dataclass(frozen=True)
class Answer:
    """What the model answers to a request."""

    model: str
    created: int
    prompt_tokens: int
    text: list[str]
    finish_reason: str
    call: dict[str, Any] | None = None
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.token_hex(14)}")

    @property
    def tokens(self) -> int:
        """The tokens of one choice."""
        return len(pieces(self.call["function"]["arguments"])) if self.call else len(self.text)

    def usage(self, choices: int) -> dict[str, Any]:
        """What is billed for `choices` choices."""
        completion = self.tokens * choices
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": completion,
            "total_tokens": self.prompt_tokens + completion,
            "prompt_tokens_details": {"audio_tokens": 0, "cached_tokens": 0},
            "completion_tokens_details": {
                "accepted_prediction_tokens": 0,
                "audio_tokens": 0,
                "reasoning_tokens": 0,
                "rejected_prediction_tokens": 0,
            },
        }

    def to_json(self, request: ChatRequest) -> dict[str, Any]:
        """The chat completion object."""
        return self._head("chat.completion") | {
            "choices": [self._choice(index, request) for index in range(request.choices)],
            "usage": self.usage(request.choices),
            "prompt_filter_results": _prompt_filter(),
        }

    def chunks(self, request: ChatRequest, *, delayed_filter: bool) -> Iterator[dict[str, Any]]:
        """The chunks of a stream, without the closing `[DONE]`.

        `delayed_filter`: the filter works behind the text and reports in chunks without a delta.
        """
        yield {
            "id": "",
            "object": "",
            "created": 0,
            "model": "",
            "choices": [],
            "prompt_filter_results": _prompt_filter(),
        }
        for index in range(request.choices):
            for choice in self._deltas(index, request):
                if delayed_filter:
                    choice.pop("content_filter_results", None)
                yield self._chunk([choice], request)
            if delayed_filter:
                yield self._chunk([self._filter_chunk(index)], request)
        if request.include_usage:
            yield self._head("chat.completion.chunk") | {
                "choices": [],
                "usage": self.usage(request.choices),
            }

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.model,
            "system_fingerprint": FINGERPRINT,
        }

    def _chunk(self, choices: list[dict[str, Any]], request: ChatRequest) -> dict[str, Any]:
        usage = {"usage": None} if request.include_usage else {}
        return self._head("chat.completion.chunk") | {"choices": choices} | usage

    def _choice(self, index: int, request: ChatRequest) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "refusal": None, "annotations": []}
        if self.call:
            message |= {"content": None, "tool_calls": [self.call]}
        else:
            message["content"] = "".join(self.text)
        return {
            "index": index,
            "message": message,
            "finish_reason": self.finish_reason,
            "logprobs": _logprobs(self.text) if request.logprobs else None,
            "content_filter_results": answer_results(stopped=self._is_stopped),
        }

    def _deltas(self, index: int, request: ChatRequest) -> Iterator[dict[str, Any]]:
        yield _delta(index, {"role": "assistant", "content": None if self.call else ""})
        if self.call:
            yield _delta(index, {"tool_calls": [self.call | {"index": 0}]})
        for piece in self.text:
            choice = _delta(index, {"content": piece})
            choice["content_filter_results"] = answer_results()
            yield choice | ({"logprobs": _logprobs([piece])} if request.logprobs else {})
        yield _delta(index, {}) | {"finish_reason": self.finish_reason}

    def _filter_chunk(self, index: int) -> dict[str, Any]:
        length = len("".join(self.text))
        return {
            "index": index,
            "finish_reason": None,
            "content_filter_results": answer_results(stopped=self._is_stopped),
            "content_filter_offsets": {
                "check_offset": length,
                "start_offset": 0,
                "end_offset": length,
            },
        }

    @property
    def _is_stopped(self) -> bool:
        return self.finish_reason == "content_filter"


def _prompt_filter() -> list[dict[str, Any]]:
    return [{"prompt_index": 0, "content_filter_results": prompt_results()}]


def _delta(index: int, delta: dict[str, Any]) -> dict[str, Any]:
    return {"index": index, "delta": delta, "finish_reason": None, "logprobs": None}


def _logprobs(text: list[str]) -> dict[str, Any]:
    content = [
        {"token": piece, "logprob": -0.1, "bytes": list(piece.encode()), "top_logprobs": []}
        for piece in text
    ]
    return {"content": content, "refusal": None}
