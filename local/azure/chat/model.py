"""The model behind a deployment: takes a request, gives an answer."""

from typing import Any

from local.azure.clock import Clock
from local.azure.fine_tuning.state import Jobs
from local.azure.models.state import ServedModel

from .answer import Answer
from .filters import FILTER_ANSWER
from .generation import NEAR, base_answer, tuned_answer
from .judge import judge
from .nearest import Nearest
from .request import ChatRequest
from .tokens import pieces, prompt_tokens
from .tools import learned_call, may_call, structured_output, tool_answer, tool_call

KEPT_INDEXES = 20


class Responder:
    """Answers for every model; keeps the index of the tuned ones that were asked last."""

    def __init__(self, jobs: Jobs, clock: Clock) -> None:
        self._jobs, self._clock = jobs, clock
        self._indexes: dict[str, Nearest] = {}

    def answer(self, request: ChatRequest, model: ServedModel) -> Answer:
        """What the model says; the same for the same request."""
        call = self._call(request, model)
        text, reason = ([], "tool_calls") if call else _cut(self._text(request, model), request)
        return Answer(
            model=model.id,
            created=int(self._clock.now()),
            prompt_tokens=prompt_tokens(request.messages),
            text=text,
            finish_reason=reason,
            call=call,
        )

    def _call(self, request: ChatRequest, model: ServedModel) -> dict[str, Any] | None:
        if not may_call(request) or not model.job:
            return tool_call(request)
        example, nearness = self._index(model.job).find(request.prompt)
        learned = example.call if example and nearness >= NEAR else ""
        return learned_call(request, learned) or tool_call(request)

    def _text(self, request: ChatRequest, model: ServedModel) -> str:
        text = judge(request)
        if text is not None:
            return text
        text = tool_answer(request)
        if text is None and model.job:
            text = tuned_answer(request.prompt, request.system, self._index(model.job))
        if text is None:
            text = base_answer(request.prompt)
        return structured_output(request, text) or text

    def _index(self, job: str) -> Nearest:
        if job not in self._indexes:
            if len(self._indexes) >= KEPT_INDEXES:
                self._indexes.pop(next(iter(self._indexes)))
            self._indexes[job] = Nearest(self._jobs.examples.of(job))
        return self._indexes[job]


def _cut(text: str, request: ChatRequest) -> tuple[list[str], str]:
    for stop in request.stop:
        text = text.partition(stop)[0] if stop else text
    parts = pieces(text)
    if FILTER_ANSWER in request.everything:
        return parts[: len(parts) // 3], "content_filter"
    if request.max_tokens and len(parts) > request.max_tokens:
        return parts[: request.max_tokens], "length"
    return parts, "stop"
