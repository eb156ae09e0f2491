"""Frozen dataclasses that cross a border: orchestrator to activity, report to reader.

Only JSON crosses. A field that an older sender did not know takes its default; one that a newer
sender added is ignored, so that runs which live for weeks survive a change of the code.
"""

from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar, Self, get_type_hints

type_hints = get_type_hints


@dataclass(frozen=True)
class Payload:
    """Base of what crosses a border; fields are JSON values or other payloads."""

    SCHEMA_VERSION: ClassVar[int] = 1

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of this payload, with `schema_version`."""
        body = {one.name: _to_json(getattr(self, one.name)) for one in fields(self)}
        return {"schema_version": self.SCHEMA_VERSION, **body}

    @classmethod
    def from_dict(cls, data: object) -> Self:
        """Read what `to_dict` wrote, now or in an older version.

        Raises:
            TypeError: if `data` is no object or lacks a field that has no default.
        """
        if not isinstance(data, dict):
            raise TypeError(f"{cls.__name__} is read from a JSON object, not from {data!r:.80}")
        hints = type_hints(cls)
        known = {
            f.name: _from_json(hints[f.name], data[f.name]) for f in fields(cls) if f.name in data
        }
        return cls(**known)


def _to_json(value: Any) -> Any:
    if isinstance(value, Payload):
        return value.to_dict()
    if isinstance(value, list | tuple):
        return [_to_json(one) for one in value]
    return value


def _from_json(hint: Any, value: Any) -> Any:
    if isinstance(hint, type) and is_dataclass(hint) and issubclass(hint, Payload):
        return hint.from_dict(value)
    if isinstance(value, list):
        return tuple(value)
    return value
