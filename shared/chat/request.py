"""What goes up to the service: the caller's request, with as little changed as can be.

Three things are: the model's name becomes the deployment's; the model's own system message and
examples stand before the caller's messages; a stream is asked for its token counts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from shared.chat.members import Member, elements, members
from shared.prompts.assembly import Message, opening

_NAMES = ("model", "messages", "stream_options")
#: ASCII letters written as escapes: a name could hide in them.
_HIDDEN = re.compile(rb"\\u00[67]")
_MODEL = re.compile(rb'"model"\s*:\s*("[^"\\]*(?:\\.[^"\\]*)*")', re.DOTALL)
_MESSAGES = re.compile(rb'"messages"\s*:\s*\[')


@dataclass(frozen=True)
class Request:
    """A chat as the caller sent it.

    Attributes:
        text: Its bytes, which are JSON.
        parsed: The same, read; `model` and `messages` are checked.
    """

    text: bytes
    parsed: Mapping[str, Any]

    @classmethod
    def of(cls, parsed: Mapping[str, Any]) -> "Request":
        """A request without bytes of its own."""
        return cls(orjson.dumps(parsed), parsed)

    @property
    def model(self) -> str:
        """What the caller asks for."""
        return str(self.parsed["model"])

    def without(self, name: str) -> "Request":
        """The same without one member, which is not the service's business."""
        if name not in self.parsed:
            return self
        rest = {key: value for key, value in self.parsed.items() if key != name}
        every = list(members(self.text))
        found = [number for number, one in enumerate(every) if orjson.loads(one.key) == name]
        if len(found) != 1 or len(every) == 1:
            return Request.of(rest)
        number = found[0]
        # With the comma behind it, or before it where it is the last.
        last = number == len(every) - 1
        start = every[number - 1].end if last else every[number].start
        end = every[number].end if last else every[number + 1].start
        return Request(self.text[:start] + self.text[end:], rest)

    @property
    def streams(self) -> bool:
        """Whether the answer is to be a stream."""
        return self.parsed.get("stream") is True

    @property
    def wants_usage(self) -> bool:
        """Whether the caller asked for the token counts of a stream."""
        options = self.parsed.get("stream_options")
        return isinstance(options, dict) and options.get("include_usage") is True

    def sent(
        self, deployment: str, system: str = "", examples: Sequence[Message] = (), *, meter: bool
    ) -> bytes:
        """The bytes for the service.

        Args:
            deployment: Who answers.
            system: System message for callers that send none of their own; empty for none.
            examples: Messages that are put before the caller's, behind their system message.
            meter: Whether a stream is asked for its token counts.
        """
        found = _found(self.text)
        if found is None:
            # Names that come twice or are written oddly: the service must see what was checked.
            return Request.of(self.parsed).sent(deployment, system, examples, meter=meter)
        changes = [_put(found["model"], orjson.dumps(deployment))]
        changes += self._opened(found["messages"], system, examples)
        if meter and self.streams and not self.wants_usage:
            changes.append(self._metered(found.get("stream_options")))
        return _changed(self.text, changes)

    def _opened(self, member: Member, system: str, examples: Sequence[Message]) -> list["_Change"]:
        leading, first = opening(self.parsed["messages"], system, examples)
        if not first:
            return []
        text = orjson.dumps(first)[1:-1]
        if leading == 0:
            return [(member.value + 1, member.value + 1, text + b",")]
        ends = [end for _, end in elements(self.text, member.value)]
        return [(ends[leading - 1], ends[leading - 1], b"," + text)]

    def _metered(self, member: Member | None) -> "_Change":
        if member is None:
            begin = self.text.index(b"{") + 1
            return (begin, begin, b'"stream_options":{"include_usage":true},')
        options = self.parsed["stream_options"]
        wanted = {**(options if isinstance(options, dict) else {}), "include_usage": True}
        return _put(member, orjson.dumps(wanted))


_Change = tuple[int, int, bytes]  # from, to, new text


def _found(text: bytes) -> dict[str, Member] | None:
    """The members that may be changed; None unless each is there at most once, plainly written.

    `model` and `messages` are known to be there.
    """
    if not _HIDDEN.search(text) and (quick := _at_a_glance(text)):
        return quick
    found: dict[str, Member] = {}
    for one in members(text):
        name = orjson.loads(one.key)
        if name in _NAMES:
            if name in found or b"\\" in one.key:
                return None
            found[name] = one
    return found


def _at_a_glance(text: bytes) -> dict[str, Member] | None:
    """The same where it needs no look at every bracket, which is nearly always."""
    if text.count(b'"model"') != 1 or text.count(b'"messages"') != 1 or b'"stream_opt' in text:
        return None
    model, messages = _MODEL.search(text), _MESSAGES.search(text)
    if model is None or messages is None:
        return None
    return {
        "model": Member(b'"model"', model.start(), model.start(1), model.end(1)),
        # Nobody asks for the end of this one.
        "messages": Member(b'"messages"', messages.start(), messages.end() - 1, messages.end()),
    }


def _put(member: Member, text: bytes) -> _Change:
    return member.value, member.end, text


def _changed(text: bytes, changes: Sequence[_Change]) -> bytes:
    parts, position = [], 0
    for start, end, new in sorted(changes):
        parts += [text[position:start], new]
        position = end
    return b"".join([*parts, text[position:]])
