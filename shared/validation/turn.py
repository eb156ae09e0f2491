"""One message of a row, and where it stands."""

from enum import StrEnum
from typing import Any, NamedTuple

Json = Any
"""A parsed JSON value: what the services accept is what the checks find out."""


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
        """The role as written, whatever it is."""
        return self.message.get("role")

    @property
    def is_assistant(self) -> bool:
        """Whether the message is an assistant's."""
        return self.message.get("role") == "assistant"

    @property
    def calls(self) -> bool:
        """Whether the message calls tools or a function instead of, or beside, talking."""
        return bool(self.message.get("tool_calls") or self.message.get("function_call"))

    @property
    def trained(self) -> bool:
        """Whether training learns to write this message."""
        learned = self.part in (Part.MESSAGES, Part.PREFERRED)
        return learned and self.is_assistant and self.message.get("weight") != 0
