"""The files that validation is measured on: 150,000 chat rows, 83.5 MB, from a fixed seed."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

ROWS = 150_000
_SEED = 20_260_301
_WORDS = tuple(
    word
    for line in (
        "the a to of and in is it you that for on with as are this be at by can from or have",
        "an your which will one if about more when time up out other some them so no people",
        "into just good river city train hotel museum station ticket market beach mountain",
        "river bridge weather spring summer autumn winter morning evening coffee bread cheese",
        "garden street square history guide visit plan walk book order price account invoice",
        "delivery refund password settings update error message screen button phone support",
        "customer product service question answer recommend consider remember usually however",
        "therefore although probably available important",
    )
    for word in line.split()
)
_SYSTEM = (
    "You are the assistant of a city bureau. Answer kindly and briefly, keep to what you know, "
    "ask back when a question is unclear, and never promise prices or rooms."
)
_COMMON_QUESTIONS = 2_000


def write_typical(path: Path, rows: int = ROWS) -> Path:
    """Rows as people have them: one system prompt, questions that come again, own answers."""
    return _write(path, _typical(random.Random(_SEED)), rows)


def write_unique(path: Path, rows: int = ROWS) -> Path:
    """Rows in which no text comes twice, not even the system prompt."""
    return _write(path, _unique(random.Random(_SEED + 1)), rows)


def write_large(path: Path, size: int = 512_000_000) -> Path:
    """Typical rows up to a size in bytes."""
    made = _typical(random.Random(_SEED + 2))
    with path.open("wb") as file:
        while file.tell() < size - 2_000:
            file.write(_line(*next(made)))
    return path


def _write(path: Path, made: Iterator[tuple[str, str, str]], rows: int) -> Path:
    with path.open("wb") as file:
        for _ in range(rows):
            file.write(_line(*next(made)))
    return path


def _line(system: str, question: str, answer: str) -> bytes:
    messages = [
        {"role": "system", "content": system},
        {"role": "user", "content": question},
        {"role": "assistant", "content": answer},
    ]
    return json.dumps({"messages": messages}, ensure_ascii=False).encode() + b"\n"


def _typical(chance: random.Random) -> Iterator[tuple[str, str, str]]:
    questions = [sentences(chance, 1) for _ in range(_COMMON_QUESTIONS)]
    while True:
        yield _SYSTEM, chance.choice(questions), sentences(chance, 3)


def _unique(chance: random.Random) -> Iterator[tuple[str, str, str]]:
    while True:
        yield sentences(chance, 2), sentences(chance, 1), sentences(chance, 3)


def sentences(chance: random.Random, number: int) -> str:
    """Some sentences of everyday words."""
    return " ".join(_sentence(chance) for _ in range(number))


def _sentence(chance: random.Random) -> str:
    words = chance.choices(_WORDS, k=chance.randint(6, 16))
    # Numbers, quotes and letters beyond ASCII are part of what people write.
    if chance.random() < 0.2:
        words[3] = str(chance.randint(1, 2_000))
    if chance.random() < 0.05:
        words[2] = f'"{words[2]}"'
    if chance.random() < 0.05:
        words[1] = chance.choice(("café", "São", "Zürich", "naïve", "€20", "北京"))
    return " ".join(words).capitalize() + chance.choice("...?!")
