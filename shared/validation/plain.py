"""The rows that most files consist of, recognised many at a time.

A plain row has nothing but `messages`, whose messages have nothing but a role and a text: system
at most once and first, then user and assistant, ending with the assistant. No rule about a single
row can find anything in one, so they skip those rules. A test compares the two ways.

The loops are written to run in C: for a whole group of rows each question is asked once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from operator import itemgetter

import orjson

from shared.validation.example import Json
from shared.validation.parse import needs_strict

_MANY = 10_000
_DICT, _LIST, _TEXT, _ONE, _TWO = {dict}, {list}, {str}, {1}, {2}
_messages, _role, _content = itemgetter("messages"), itemgetter("role"), itemgetter("content")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Who speaks in which order; one object for all rows that share it."""

    roles: tuple[str, ...]
    spoken: tuple[int, ...]
    """For each message whether the assistant says it (1) or not (0)."""
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

    def talks(self) -> Iterator[tuple[Pattern, list[str]]]:
        """The rows one by one, as their pattern and texts."""
        start = 0
        for pattern, end in zip(self.patterns, self.ends, strict=True):
            yield pattern, self.texts[start:end]
            start = end


_patterns: dict[tuple[str, ...], Pattern | None] = {}


def plain_rows(lines: list[bytes]) -> PlainRows | None:
    """The rows of these lines, or None if any of them is not a plain row or needs a closer look.

    NUL characters are not looked for: the caller knows the few lines that could hold one.
    """
    try:
        rows = plain(list(map(orjson.loads, lines)))
    except ValueError:
        return None
    if rows is None:
        return None
    for line, pattern in zip(lines, rows.patterns, strict=True):
        if line.count(b'"') != pattern.quotes and needs_strict(line, pattern.strings):
            return None
    return rows


def plain(rows: Sequence[Json]) -> PlainRows | None:
    """The rows as plain ones, or None if any of them is anything else."""
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
        for end in ends:
            pattern = _pattern(tuple(roles[start:end]))
            if pattern is None:
                return None
            found.append(pattern)
            start = end
    except TypeError:
        return None
    return found


def _pattern(roles: tuple[str, ...]) -> Pattern | None:
    try:
        return _patterns[roles]
    except KeyError:
        if len(_patterns) > _MANY:
            _patterns.clear()
        return _patterns.setdefault(roles, _new_pattern(roles))


def _new_pattern(roles: tuple[str, ...]) -> Pattern | None:
    has_system = roles[:1] == ("system",)
    talk = roles[has_system:]
    if "user" not in talk or talk[-1] != "assistant" or set(talk) != {"user", "assistant"}:
        return None
    spoken = tuple(int(role == "assistant") for role in roles)
    strings = 1 + 4 * len(roles)
    return Pattern(roles, spoken, strings, 2 * strings, has_system)
