"""Finds the members of a JSON object in its text, so that one can be changed and all else stays.

Parsing and writing anew would change what a program cannot hold: long numbers, `1.50`, escapes,
the order and the spaces.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKENS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],]', re.DOTALL)
_COLON = re.compile(rb"\s*:\s*")
_SPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object.

    Attributes:
        key: Its name as it is written, quotes and escapes included.
        start: Where the name begins.
        value: Where the value begins.
        end: Where the value has ended.
    """

    key: bytes
    start: int
    value: int
    end: int


def members(text: bytes) -> Iterator[Member]:
    """The members of the object in `text`, in order; what stands before the object is passed over.

    The text must be JSON; of other texts the members are those that seem to be there.
    """
    depth, key, start, value, last = 0, b"", 0, 0, 0
    for match in _TOKENS.finditer(text):
        token, last = match[0], match.end()
        if token in b"{[":
            depth += 1
        elif depth > 1:
            depth -= token in b"}]"
        elif depth == 1 and token in b"},]":
            if key:
                yield Member(key, start, value, len(text[value : last - 1].rstrip(_SPACE)) + value)
                key = b""
            depth -= token != b","
        elif depth == 1 and not key and (colon := _COLON.match(text, last)):
            key, start, value = token, match.start(), colon.end()


def elements(text: bytes, start: int) -> Iterator[tuple[int, int]]:
    """Where the elements begin and end of the array that begins at `start`."""
    depth, begin = 0, start + 1
    for match in _TOKENS.finditer(text, start):
        token, last = match[0], match.end()
        if token in b"{[":
            depth += 1
        elif depth == 1 and token in b",]":
            yield begin, last - 1
            begin = last
        depth -= token in b"}]"
        if not depth:
            return
