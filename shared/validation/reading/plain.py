"""Recognises the rows that most files consist of, many at a time.

A plain row has nothing but `messages`, whose messages have nothing but a role and a text: system
at most once and first, then user and assistant, ending with the assistant. No rule about a single
row can find anything in one, so they skip those rules; `tests/.../rules/test_plain_rows.py` fails
for a rule that can. Such a rule must be made known to `shared/validation/scan.py`.

The loops are written to run in C: each condition is tested once for a whole group of rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, compress, repeat
from operator import itemgetter, ne

import orjson

from shared.validation.reading.parse import needs_strict_parser
from shared.validation.turn import Json

_MANY = 10_000
_DICT, _LIST, _TEXT, _ONE, _TWO = {dict}, {list}, {str}, {1}, {2}
_messages, _role, _content = itemgetter("messages"), itemgetter("role"), itemgetter("content")


@dataclass(frozen=True, slots=True)
class Pattern:
    """The roles in order; one object for all rows that share it."""

    roles: tuple[str, ...]
    is_assistant: tuple[int, ...]
    """For each message whether its role is assistant (1) or not (0)."""
    strings: int
    """How many strings the row holds, keys among them."""
    quotes: int
    """How many quotes that takes."""
    has_system: bool


@dataclass(slots=True)
class PlainRows:
    """Some plain rows: for each its pattern, and where its texts end in `texts`."""

    rows: list[dict[str, Json]]
    patterns: list[Pattern]
    texts: list[str]
    ends: list[int]

    @property
    def shared_pattern(self) -> Pattern | None:
        """The pattern of all the rows, if they have the same one."""
        # One object stands for all equal patterns.
        first = self.patterns[0]
        return first if self.patterns.count(first) == len(self.patterns) else None

    def columns(self) -> list[list[str]]:
        """The first text of each row, the second and so on, for rows that share a pattern."""
        width = self.ends[0]
        return [self.texts[column::width] for column in range(width)]

    def conversations(self) -> Iterator[tuple[Pattern, list[str]]]:
        """The rows one by one, as their pattern and texts."""
        start = 0
        for pattern, end in zip(self.patterns, self.ends, strict=True):
            yield pattern, self.texts[start:end]
            start = end


_patterns: dict[tuple[str, ...], Pattern | None] = {}


def parse_plain_rows(lines: list[bytes]) -> PlainRows | None:
    """The rows of these lines, or None if any of them is not plain or has to be parsed strictly.

    NUL characters are not searched for: the caller knows the few lines that may contain one.
    """
    try:
        rows = plain_rows(list(map(orjson.loads, lines)))
    except ValueError:
        return None
    if rows is None:
        return None
    seen = list(map(bytes.count, lines, repeat(b'"')))
    expected = [pattern.quotes for pattern in rows.patterns]
    if seen == expected:
        return rows
    # Escaped quotes in most cases.
    for place in compress(range(len(lines)), map(ne, seen, expected)):
        if needs_strict_parser(lines[place], rows.patterns[place].strings):
            return None
    return rows


def plain_rows(rows: Sequence[Json]) -> PlainRows | None:
    """The rows as plain ones, or None if any of them is not plain."""
    if set(map(type, rows)) != _DICT or set(map(len, rows)) != _ONE:
        return None
    try:
        lists = list(map(_messages, rows))
        messages = list(chain.from_iterable(lists))
        roles, texts = list(map(_role, messages)), list(map(_content, messages))
    except (KeyError, TypeError):
        return None
    if set(map(type, lists)) != _LIST or not _are_plain(messages, texts):
        return None
    ends = list(accumulate(map(len, lists)))
    patterns = _patterns_of(roles, ends)
    return None if patterns is None else PlainRows(list(rows), patterns, texts, ends)


def _are_plain(messages: list[Json], texts: list[Json]) -> bool:
    return (
        set(map(type, messages)) == _DICT
        and set(map(len, messages)) == _TWO
        and set(map(type, texts)) == _TEXT
        and all(texts)
        and not any(map(str.isspace, texts))
    )


def _patterns_of(roles: list[Json], ends: list[int]) -> list[Pattern] | None:
    found, start = [], 0
    try:
        width = ends[0]
        first = _pattern(tuple(roles[:width]))
        if first and roles == [*first.roles] * len(ends) and _are_even(ends):
            return [first] * len(ends)
        for end in ends:
            pattern = _pattern(tuple(roles[start:end]))
            if pattern is None:
                return None
            found.append(pattern)
            start = end
    except TypeError:
        return None
    return found


def _are_even(ends: list[int]) -> bool:
    return ends == list(range(ends[0], ends[-1] + 1, ends[0]))


def _pattern(roles: tuple[str, ...]) -> Pattern | None:
    try:
        return _patterns[roles]
    except KeyError:
        if len(_patterns) > _MANY:
            _patterns.clear()
        return _patterns.setdefault(roles, _new_pattern(roles))


def _new_pattern(roles: tuple[str, ...]) -> Pattern | None:
    has_system = roles[:1] == ("system",)
    turns = roles[has_system:]
    if "user" not in turns or turns[-1] != "assistant" or set(turns) != {"user", "assistant"}:
        return None
    is_assistant = tuple(int(role == "assistant") for role in roles)
    strings = 1 + 4 * len(roles)
    return Pattern(roles, is_assistant, strings, 2 * strings, has_system)
