"""The report of a comparison: `reports/<run>/evaluation.json`."""

from dataclasses import dataclass, replace
from typing import Any, Self

from shared.evaluation.prompts import Prompt
from shared.payload import Payload


@dataclass(frozen=True)
class Pair(Payload):
    """One prompt with both answers; an answer is None until it was asked for.

    An answer is an object with `text`, `seconds`, `prompt_tokens`, `completion_tokens`, or with
    `error` where the model could not be asked.
    """

    messages: tuple[dict[str, Any], ...]
    base: dict[str, Any] | None = None
    tuned: dict[str, Any] | None = None

    @property
    def answered(self) -> bool:
        """Whether both models were asked."""
        return self.base is not None and self.tuned is not None


@dataclass(frozen=True)
class Comparison(Payload):
    """Base and tuned on the same prompts."""

    run: str
    base: str
    tuned: str
    source: str
    pairs: tuple[Pair, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every prompt has both answers."""
        return all(pair.answered for pair in self.pairs)

    @classmethod
    def of(cls, run: str, base: str, tuned: str, source: str, prompts: list[Prompt]) -> Self:
        """A comparison that nobody has answered yet."""
        pairs = tuple(Pair(messages=tuple(prompt)) for prompt in prompts)
        return cls(run, base, tuned, source, pairs)

    def answered(
        self,
        index: int,
        *,
        base: dict[str, Any] | None = None,
        tuned: dict[str, Any] | None = None,
    ) -> "Comparison":
        """This comparison with answers put to the prompt at `index`; None changes nothing."""
        pairs = list(self.pairs)
        old = pairs[index]
        pairs[index] = replace(old, base=base or old.base, tuned=tuned or old.tuned)
        return replace(self, pairs=tuple(pairs))

    @classmethod
    def from_report(cls, data: dict[str, Any]) -> "Comparison":
        """Read what `to_dict` wrote."""
        pairs = tuple(Pair.from_dict(pair) for pair in data["pairs"])
        return replace(cls.from_dict(data), pairs=pairs)
