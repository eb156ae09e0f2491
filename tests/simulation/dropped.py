"""The bytes that users drop."""

import json
from functools import lru_cache

from tests.journeys.steps import rows


@lru_cache(maxsize=64)
def content(words: int, flaw: str = "") -> bytes:
    """The bytes of a number: ten rows in other words; below 0 with a faulty row.

    With a flaw they are well for tunedrop, but the service's job fails of them.
    """
    data = rows(f"[{words}] emulator:fail-{flaw}" if flaw else f"[{words}]")
    if words < 0:
        data[1]["messages"][1]["role"] = "usr"
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in data)
