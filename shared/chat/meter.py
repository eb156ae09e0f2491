"""What passes through on the way to the caller: renamed, and its tokens counted."""

from typing import Any

import orjson

from shared.billing.usage import Count
from shared.chat.rewrite import renamed, without_usage

_PREFIX = b"data:"


class Meter:
    """Reads one answer; the caller sees it under the name that they asked for."""

    def __init__(self, name: str, *, hide_usage: bool = False) -> None:
        """Begin.

        Args:
            name: What the caller calls the model.
            hide_usage: Whether the caller did not ask for the token counts of the stream.
        """
        self._name = name
        self._hide = hide_usage
        self._tokens: tuple[int, int] | None = None

    def count(self) -> Count:
        """This chat with its tokens, as far as the service has told them."""
        if self._tokens is None:
            return Count(requests=1, unmetered=1)
        prompt, completion = self._tokens
        return Count(requests=1, prompt_tokens=prompt, completion_tokens=completion)

    def body(self, answer: bytes) -> bytes:
        """A whole answer for the caller."""
        parsed = _read(answer)
        if parsed is None:
            return answer
        self._note(parsed)
        return renamed(answer, parsed, self._name)

    def events(self, text: bytes) -> bytes:
        """Whole events of a stream for the caller; may be nothing."""
        lines = text.split(b"\n")
        kept: list[bytes] = []
        gap = False
        for line in lines:
            sent = self._line(line)
            if sent is None:
                gap = True
            elif gap and not line.strip():
                gap = False  # the end of an event that is not sent
            else:
                kept.append(sent)
        return b"\n".join(kept)

    def _line(self, line: bytes) -> bytes | None:
        if not line.startswith(_PREFIX):
            return line
        parsed = _read(line[len(_PREFIX) :])
        if parsed is None:
            return line
        if "usage" in parsed:
            self._note(parsed)
            if self._hide:
                if parsed["usage"] is not None and not parsed.get("choices"):
                    return None
                line = without_usage(line)
        return renamed(line, parsed, self._name)

    def _note(self, parsed: dict[str, Any]) -> None:
        usage = parsed.get("usage")
        if isinstance(usage, dict):
            self._tokens = (_number(usage, "prompt_tokens"), _number(usage, "completion_tokens"))


def _read(text: bytes) -> dict[str, Any] | None:
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _number(usage: dict[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) else 0
