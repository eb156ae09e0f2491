"""Changes an answer on its way to the caller, and counts its tokens.

`model` becomes the name that the caller asked for. The token counts of a stream are removed if only
the app asked for them. Everything else keeps its names, values and order.
"""

from typing import Any

import orjson

from shared.billing.usage import Count

_PREFIX = b"data:"


class Meter:
    """Reads one answer."""

    def __init__(self, name: str, *, hide_usage: bool = False) -> None:
        """Start with nothing counted.

        Args:
            name: What the caller calls the model.
            hide_usage: Whether the caller did not ask for the token counts of the stream.
        """
        self._name = name
        self._hide_usage = hide_usage
        self._usage: dict[str, Any] | None = None

    def count(self) -> Count:
        """This chat with its tokens, if the service has sent their counts by now."""
        if self._usage is None:
            return Count(requests=1, unmetered=1)
        prompt, completion = (_number(self._usage, name) for name in _TOKENS)
        return Count(requests=1, prompt_tokens=prompt, completion_tokens=completion)

    def body(self, answer: bytes) -> bytes:
        """A whole answer for the caller; one that names no model is returned as it is."""
        fields = _parse(answer)
        if fields is None:
            return answer
        self._read_usage(fields)
        return (_serialize(fields) if self._rename(fields) else None) or answer

    def events(self, text: bytes) -> bytes:
        """Whole events of a stream for the caller; empty if none of them is for the caller."""
        lines = text.split(b"\n")
        out: list[bytes] = []
        gap = False
        for line in lines:
            changed = self._line(line) if line.startswith(_PREFIX) else line
            if changed is None:
                gap = True
            elif gap and not line.strip():
                gap = False  # the empty line that ends a removed event
            else:
                out.append(changed)
        return b"\n".join(out)

    def _line(self, line: bytes) -> bytes | None:
        fields = _parse(line[len(_PREFIX) :])
        if fields is None:
            return line
        changed = self._rename(fields)
        if "usage" in fields:
            self._read_usage(fields)
            if self._hide_usage:
                changed = True
                if fields.pop("usage") is not None and not fields.get("choices"):
                    return None
        text = _serialize(fields) if changed else None
        if text is None:
            return line
        return b"data: " + text + (b"\r" if line.endswith(b"\r") else b"")

    def _rename(self, fields: dict[str, Any]) -> bool:
        if not isinstance(fields.get("model"), str):
            return False
        fields["model"] = self._name
        return True

    def _read_usage(self, fields: dict[str, Any]) -> None:
        usage = fields.get("usage")
        if isinstance(usage, dict):
            self._usage = usage


_TOKENS = ("prompt_tokens", "completion_tokens")


def _parse(text: bytes) -> dict[str, Any] | None:
    try:
        parsed = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _serialize(fields: dict[str, Any]) -> bytes | None:
    try:
        return orjson.dumps(fields)
    except TypeError:  # nested too deeply: better unchanged than lost
        return None


def _number(usage: dict[str, Any], name: str) -> int:
    value = usage.get(name)
    return value if isinstance(value, int) else 0
