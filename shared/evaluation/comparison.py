"""The report of a comparison: `reports/<run>/evaluation.json`."""

from dataclasses import dataclass, replace
from typing import Any, Self

from shared.evaluation.prompts import Question
from shared.payload import Payload
from shared.prompts.assembly import Message, assemble

SIDES = ("base", "tuned")


@dataclass(frozen=True)
class Pair(Payload):
    """One prompt with both answers; an answer is None until it was asked for.

    `messages` has the model's system message where the prompt brings none, as chat sends it, and
    leaves out the examples, which stand once in the comparison.

    The answer that is expected is a text, or calls of the `tools`.

    An answer is an object with `text`, `calls` where it calls tools, `seconds`, `prompt_tokens` and
    `completion_tokens`, or with `error` (`code` and `message`) where the model gave none. Once
    graded it has `scores` by grader, and their mean as `score`; None where no grader had a say.
    """

    messages: tuple[dict[str, Any], ...]
    base: dict[str, Any] | None = None
    tuned: dict[str, Any] | None = None
    expected: str = ""
    expected_calls: tuple[dict[str, Any], ...] = ()
    tools: tuple[dict[str, Any], ...] = ()
    judged: dict[str, Any] | None = None

    @property
    def is_answered(self) -> bool:
        """Whether both models were asked."""
        return self.base is not None and self.tuned is not None

    @property
    def is_comparable(self) -> bool:
        """Whether both models answered: an error is no answer, and no worse than another."""
        return all(one is not None and "error" not in one for one in (self.base, self.tuned))

    def with_answer(self, side: str, answer: dict[str, Any]) -> "Pair":
        """This pair with the answer of `base` or `tuned`."""
        return replace(self, base=answer) if side == "base" else replace(self, tuned=answer)

    @property
    def is_graded(self) -> bool:
        """Whether both answers went through the graders."""
        return all("score" in (answer or {}) for answer in (self.base, self.tuned))

    @property
    def scores(self) -> tuple[float | None, float | None]:
        """The scores of base and tuned, 0 to 1; None where no grader had a say."""
        return (self.base or {}).get("score"), (self.tuned or {}).get("score")


@dataclass(frozen=True)
class Comparison(Payload):
    """Base and tuned on the same prompts.

    Attributes:
        base: The deployment of the base model; empty if there is none to compare with.
        obstacle: Why there is none; empty if there is one.
        source: The blob that the prompts come from.
        model: The tuned model, or the checkpoint of it, that answers.
        system_message: What both got with prompts that bring none of their own; may be empty.
        examples: Messages that both got before each prompt's own, as chat sends them.
        graders: How answers are graded, as in `<name>.tune.json`.
        checkpoint: Which state of the training is compared, if it is not the last; else empty.
        judge: Deployment and prompt of the judge model, where there is one.
        summary: The figures, once every prompt has both answers.
        gate: `rule`, `passed` and `text`, where there is a gate.
    """

    run: str
    base: str
    tuned: str
    source: str
    obstacle: str = ""
    model: str = ""
    system_message: str = ""
    examples: tuple[Message, ...] = ()
    pairs: tuple[Pair, ...] = ()
    graders: tuple[dict[str, Any], ...] = ()
    checkpoint: str = ""
    judge: dict[str, Any] | None = None
    summary: dict[str, Any] | None = None
    gate: dict[str, Any] | None = None

    @property
    def complete(self) -> bool:
        """Whether every prompt has both answers."""
        return all(pair.is_answered for pair in self.pairs)

    def messages_for(self, pair: Pair) -> list[dict[str, Any]]:
        """What both models are sent for a pair."""
        return assemble(pair.messages, examples=self.examples)

    @classmethod
    def of(cls, run: str, base: str, tuned: str, source: str, questions: list[Question]) -> Self:
        """A comparison that nobody has answered yet."""
        pairs = tuple(
            Pair(
                messages=tuple(one.messages),
                expected=one.expected,
                expected_calls=one.expected_calls,
                tools=one.tools,
            )
            for one in questions
        )
        return cls(run, base, tuned, source, pairs=pairs)

    def with_pair(self, index: int, pair: Pair) -> "Comparison":
        """This comparison with another pair at `index`."""
        pairs = (*self.pairs[:index], pair, *self.pairs[index + 1 :])
        return replace(self, pairs=pairs)

    @classmethod
    def from_report(cls, data: dict[str, Any]) -> "Comparison":
        """Read what `to_dict` wrote."""
        pairs = tuple(Pair.from_dict(pair) for pair in data["pairs"])
        return replace(cls.from_dict(data), pairs=pairs)
