"""Random damage to good rows: `python -m tests.shared.validation.mutations [ROWS] [SEED]`.

The normal tests run some thousand rows; a million are `python -m ... 1000000`. The seed is printed,
and gives the same rows again.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from typing import Any

from shared.validation import validate
from shared.validation.report.page import render_page
from tests.shared.validation.rows import (
    MODEL,
    call,
    graded_row,
    look,
    numbered_rows,
    picture,
    preference,
    tool_talk,
)

_MAKERS: tuple[Callable[[int], Any], ...] = (
    numbered_rows,
    numbered_rows,
    preference,
    graded_row,
    lambda number: tool_talk(called=call(json.dumps({"city": f"City {number}"}))),
    lambda number: look(picture(f"https://example.com/{number}.png"), picture()),
)
_ODD: tuple[Any, ...] = (
    None, True, 0, -1, 0.5, 1e400, 10**400, "", " ", "x" * 300, [], {}, [[]], {"a": {}}, "user",
    "Assistant", "\ud800", "\0", "jo@contoso.com", "sk-a1b2c3d4e5f6g7h8i9j0", [None], ["user"],
)  # fmt: skip
_BYTES = (
    b"\xff",
    b"\0",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\r",
    b"NaN",
    b"\xe2\x80",
)


def mutated_file(chance: random.Random, rows: int, share: float = 1.0) -> bytes:
    """Rows of which a share is damaged, as values or as bytes."""
    return b"\n".join(_row(chance, number, share) for number in range(rows))


def _row(chance: random.Random, number: int, share: float) -> bytes:
    row = chance.choice(_MAKERS)(number) if share == 1.0 else numbered_rows(number)
    if chance.random() >= share:
        return json.dumps(row).encode()
    if chance.random() < 0.6:
        for _ in range(chance.randint(1, 3)):
            row = _damage(chance, row)
        return json.dumps(row, ensure_ascii=chance.random() < 0.5).encode(errors="surrogatepass")
    return _cut(chance, json.dumps(row).encode())


def _damage(chance: random.Random, value: Any) -> Any:
    """The value with something inside replaced, removed, renamed or doubled."""
    if not isinstance(value, dict | list) or not value or chance.random() < 0.15:
        return chance.choice(_ODD)
    if isinstance(value, list):
        place = chance.randrange(len(value))
        if chance.random() < 0.3:
            return value[:place] + value[place + chance.randint(0, 1) :]
        return [*value[:place], _damage(chance, value[place]), *value[place + 1 :]]
    key = chance.choice(list(value))
    action = chance.random()
    if action < 0.2:
        return {name: item for name, item in value.items() if name != key}
    if action < 0.3:
        return {**value, key.title() if chance.random() < 0.5 else key[:-1]: value[key]}
    return {**value, key: _damage(chance, value[key])}


def _cut(chance: random.Random, line: bytes) -> bytes:
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(line) + 1)
        line = line[:place] + chance.choice(_BYTES) + line[place + chance.randint(0, 4) :]
    return line.replace(b"\n", b"")


def run(rows: int, seed: int, size: int = 5_000) -> int:
    """Validate so many damaged rows, by every method in turn; returns the errors found."""
    chance, errors = random.Random(seed), 0  # noqa: S311
    for start in range(0, rows, size):
        method = ("auto", "sft", "dpo", "rft")[start // size % 4]
        data = mutated_file(chance, min(size, rows - start))
        report = validate([data], model=MODEL, method=method, validation=[data[: len(data) // 9]])
        json.dumps(report.to_dict(), allow_nan=False)
        render_page(report)
        errors += report.counts["error"]
    return errors


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seed_ = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(1 << 32)
    sys.stdout.write(f"seed {seed_}\n")
    sys.stdout.flush()
    started = time.monotonic()
    found = run(number, seed_)
    sys.stdout.write(f"{number:,} rows, {found:,} errors, {time.monotonic() - started:.0f} s\n")
