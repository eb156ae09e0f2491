"""The piece of a row that a finding is about, with a little of what stands around it."""

import re
from typing import NamedTuple

from shared.validation.report.display import format_value
from shared.validation.turn import Json

_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]")
_AROUND = 80
_PIECE = 200

Step = str | int


class Excerpt(NamedTuple):
    """JSON text in three parts, masked and shortened; `piece` is what the finding is about."""

    before: str
    piece: str
    after: str


def excerpt(row: Json, path: str) -> Excerpt | None:
    """The part of a row at a JSONPath; of the innermost object there, if the path leads nowhere."""
    holder, step = _holder(row, _steps(path))
    if step is None:
        return None
    pairs = _pairs(holder)
    place = next((index for index, (key, _) in enumerate(pairs) if key == step), None)
    opening, closing = ("[", "]") if isinstance(holder, list) else ("{", "}")
    if place is None:
        return Excerpt(opening + _join(pairs, _AROUND), "", closing)
    key, value = pairs[place]
    before = opening + "".join(f"{_text(pair, _AROUND)}, " for pair in pairs[:place])
    label = "" if isinstance(key, int) else f'"{format_value(key, _AROUND)}": '
    after = "".join(f", {_text(pair, _AROUND)}" for pair in pairs[place + 1 :])
    return Excerpt(_last(before + label), _value(value, _PIECE), _first(after + closing))


def _steps(path: str) -> list[Step]:
    return [
        int(number) if number else name or quoted for name, number, quoted in _STEP.findall(path)
    ]


def _holder(row: Json, steps: list[Step]) -> tuple[Json, Step | None]:
    holder, step = row, None
    for next_step in steps:
        if step is not None:
            holder = dict(_pairs(holder))[step]
        step = next_step
        if not isinstance(holder, dict | list) or step not in dict(_pairs(holder)):
            break
    return (holder, step) if isinstance(holder, dict | list) else (row, None)


def _pairs(holder: Json) -> list[tuple[Step, Json]]:
    return list(enumerate(holder)) if isinstance(holder, list) else list(holder.items())


def _join(pairs: list[tuple[Step, Json]], limit: int) -> str:
    return _first(", ".join(_text(pair, limit) for pair in pairs))


def _text(pair: tuple[Step, Json], limit: int) -> str:
    key, value = pair
    return _value(value, limit) if isinstance(key, int) else f'"{key}": {_value(value, limit)}'


def _value(value: Json, limit: int) -> str:
    return (
        f'"{format_value(value, limit)}"' if isinstance(value, str) else format_value(value, limit)
    )


def _last(text: str) -> str:
    return text if len(text) <= _AROUND else "…" + text[-_AROUND:]


def _first(text: str) -> str:
    return text if len(text) <= _AROUND else text[:_AROUND] + "…"
