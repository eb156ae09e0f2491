"""One row as the checks see it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from shared.models import Method, Model
from shared.validation.images.parts import Image, find_images
from shared.validation.turn import Json, Part, Turn

_TOOL_ROLES = ("tool", "function")
_TOOL_KEYS = frozenset(
    ("tools", "functions", "tool_calls", "function_call", "tool_call_id", "parallel_tool_calls")
)


@dataclass
class Example:
    """One row that parsed to an object. `line` and `number` are 1-based."""

    line: int
    number: int
    row: dict[str, Json]
    method: Method
    model: Model | None = None
    graded_fields: tuple[str, ...] = ()
    """What the grader of an RFT file reads from each row."""

    @cached_property
    def lists(self) -> list[tuple[str, Part, list[Json]]]:
        """The lists of messages that the row has, with path and part."""
        return [found for found in self._lists() if isinstance(found[2], list)]

    @cached_property
    def turns(self) -> list[Turn]:
        """Every message that is an object."""
        return [
            Turn(f"{path}[{index}]", part, message)
            for path, part, messages in self.lists
            for index, message in enumerate(messages)
            if isinstance(message, dict)
        ]

    @cached_property
    def keys(self) -> set[str]:
        """The keys that any message has."""
        return set().union(*(turn.message for turn in self.turns))

    @cached_property
    def uses_tools(self) -> bool:
        """Whether anything in the row has to do with tools or functions."""
        return (
            not _TOOL_KEYS.isdisjoint(self.keys)
            or not _TOOL_KEYS.isdisjoint(self.top[1])
            or any(turn.message.get("role") in _TOOL_ROLES for turn in self.turns)
        )

    @cached_property
    def has_parts(self) -> bool:
        """Whether the content of any message is a list of parts."""
        return any(isinstance(turn.message.get("content"), list) for turn in self.turns)

    @cached_property
    def images(self) -> list[Image]:
        """The images that have a URL; each is decoded once."""
        return find_images(self.turns)

    def part(self, part: Part) -> list[Turn]:
        """The messages of one list."""
        return [turn for turn in self.turns if turn.part is part]

    @property
    def conversation(self) -> Part:
        """The list that holds the conversation itself."""
        return Part.INPUT if self.method is Method.DPO else Part.MESSAGES

    @property
    def top(self) -> tuple[str, dict[str, Json]]:
        """The object that holds tools and their switches, with its path."""
        inner = self.row.get("input")
        if self.method is Method.DPO and isinstance(inner, dict):
            return "$.input", inner
        return "$", self.row

    def _lists(self) -> Iterator[tuple[str, Part, Json]]:
        if self.method is not Method.DPO:
            yield "$.messages", Part.MESSAGES, self.row.get("messages")
            return
        inner = self.row.get("input")
        if isinstance(inner, dict):
            yield "$.input.messages", Part.INPUT, inner.get("messages")
        for part in (Part.PREFERRED, Part.REJECTED):
            yield f"$.{part}", part, self.row.get(part)


def format_of(row: dict[str, object]) -> str | None:
    """`chat`, `preference` or `completion` by the keys of a row; None when they name none."""
    if "preferred_output" in row or "non_preferred_output" in row or "preferred_completion" in row:
        return "preference"
    if "messages" in row:
        return "chat"
    if "prompt" in row and "completion" in row:
        return "completion"
    return None
