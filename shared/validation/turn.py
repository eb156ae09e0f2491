"""One message of a row, and where it stands."""

from enum import StrEnum
from typing import Any, NamedTuple

Json = Any
"""A parsed JSON value: the checks find out whether a service accepts it."""


class Part(StrEnum):
    """Which list of a row a message stands in."""

    MESSAGES = "messages"
    INPUT = "input"
    PREFERRED = "preferred_output"
    REJECTED = "non_preferred_output"


class Turn(NamedTuple):
    """A message that is an object, and where it stands."""

    path: str
    part: Part
    message: dict[str, Json]

    @property
    def role(self) -> Json:
        """The value of `role`, whatever its type."""
        return self.message.get("role")

    @property
    def is_assistant(self) -> bool:
        """Whether the role is assistant."""
        return self.message.get("role") == "assistant"

    @property
    def has_calls(self) -> bool:
        """Whether the message has tool calls or a function call."""
        return bool(self.message.get("tool_calls") or self.message.get("function_call"))

    @property
    def is_trained(self) -> bool:
        """Whether the model is trained to write this message."""
        learned = self.part in (Part.MESSAGES, Part.PREFERRED)
        return learned and self.is_assistant and self.message.get("weight") != 0
