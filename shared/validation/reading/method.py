"""Detects the training method from the first rows of a file."""

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain

import orjson

from shared.models import Method, Model
from shared.validation.example import format_of
from shared.validation.turn import Json

_CHAT_KEYS = {"messages", "tools", "parallel_tool_calls", "functions", "function_call"}


_LINES = 20
_MOST_BYTES = 64 << 20


def peek(chunks: Iterable[bytes]) -> tuple[list[bytes], Iterator[bytes]]:
    """The first lines of a file, at most 20, and all its chunks again.

    How many lines are found does not depend on the size of the chunks, so neither does the result.
    """
    source, head = iter(chunks), bytearray()
    for chunk in source:
        head += chunk
        if head.count(b"\n") >= _LINES or len(head) > _MOST_BYTES:
            break
    start = bytes(head)
    text = start.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text.split(b"\n")[:_LINES], chain([start], source)


def detect_method(lines: Iterable[bytes], model: Model | None, *, graded: bool) -> Method:
    """The method that most of these lines look like; SFT if they look like none.

    Args:
        lines: the first lines of the file.
        model: a model with one method only decides.
        graded: whether a grader was given, which only RFT has.
    """
    if graded or (model and model.methods == ("rft",)):
        return Method.RFT
    votes = [_vote(row) for row in _rows(lines)]
    order = (Method.SFT, Method.DPO, Method.RFT)
    return max(order, key=votes.count)


def _rows(lines: Iterable[bytes]) -> Iterable[dict[str, Json]]:
    for line in lines:
        try:
            row = orjson.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict):
            yield row


def _vote(row: dict[str, Json]) -> Method | None:
    found = format_of(row)
    if found == "preference":
        return Method.DPO
    if found != "chat":
        return None
    return Method.RFT if _ends_with_user(row["messages"]) and set(row) - _CHAT_KEYS else Method.SFT


def _ends_with_user(messages: Json) -> bool:
    # A row for grading ends with the question and carries extra fields for the grader.
    last = messages[-1] if isinstance(messages, list) and messages else None
    return isinstance(last, dict) and last.get("role") == "user"
