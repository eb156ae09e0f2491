"""The model behind a deployment: takes an order, gives an answer."""

from local.azure.clock import Clock
from local.azure.fine_tuning.state import Jobs
from local.azure.models.state import ServedModel

from .answer import Answer
from .filters import FILTER_ANSWER
from .generation import base_answer, tuned_answer
from .judge import judgement
from .nearest import Nearest
from .request import Order
from .tokens import pieces, prompt_tokens
from .tools import structured, tool_answer, tool_call

KEPT_INDEXES = 20


class Speaker:
    """Answers for every model; keeps the index of the tuned ones that were asked last."""

    def __init__(self, jobs: Jobs, clock: Clock) -> None:
        self._jobs, self._clock = jobs, clock
        self._indexes: dict[str, Nearest] = {}

    def answer(self, order: Order, model: ServedModel) -> Answer:
        """What the model says; the same for the same order."""
        call = tool_call(order)
        text, reason = ([], "tool_calls") if call else _cut(self._text(order, model), order)
        return Answer(
            model=model.id,
            created=int(self._clock.now()),
            prompt_tokens=prompt_tokens(order.messages),
            text=text,
            finish_reason=reason,
            call=call,
        )

    def _text(self, order: Order, model: ServedModel) -> str:
        text = judgement(order)
        if text is not None:
            return text
        text = tool_answer(order)
        if text is None and model.job:
            text = tuned_answer(order.prompt, order.system, self._index(model.job))
        if text is None:
            text = base_answer(order.prompt)
        return structured(order, text) or text

    def _index(self, job: str) -> Nearest:
        if job not in self._indexes:
            if len(self._indexes) >= KEPT_INDEXES:
                self._indexes.pop(next(iter(self._indexes)))
            self._indexes[job] = Nearest(self._jobs.lessons.of(job))
        return self._indexes[job]


def _cut(text: str, order: Order) -> tuple[list[str], str]:
    for stop in order.stop:
        text = text.partition(stop)[0] if stop else text
    parts = pieces(text)
    if FILTER_ANSWER in order.everything:
        return parts[: len(parts) // 3], "content_filter"
    if order.max_tokens and len(parts) > order.max_tokens:
        return parts[: order.max_tokens], "length"
    return parts, "stop"
