"""Points out the few lines whose texts are worth a closer look for secrets and personal data.

The patterns for those cost more than all other rules together. Whatever they can match has a
digit, an @ or one of a few marks, so one quick pass over the bytes spares most lines. It may point
out too many lines, never too few: a test feeds it everything that the patterns know.
"""

import re
from collections.abc import Iterator

from shared.validation.lines import Block

_KEPT = b"0123456789@=|\n"
_DROPPED = bytes(byte for byte in range(256) if byte not in _KEPT)
# Six digits with little between them: the shortest number that a pattern asks for has eight.
_NUMBER = re.compile(rb"[0-9](?:[^0-9a-zA-Z]{0,3}[0-9]){5}")
_FEW_DIGITS = 6


def suspects(block: Block) -> Iterator[bool]:
    """For each line of the block, whether its texts need a closer look."""
    # ASCII written as an escape hides from a look at bytes, so such lines are always looked at.
    escapes = b"\\u00" in block.data
    begins = b"-----BEGIN" in block.data
    marks = block.data.translate(None, _DROPPED).split(b"\n")
    for line, mark in zip(block.lines, marks, strict=False):
        yield (
            (bool(mark) and _marked(line, mark))
            or (escapes and b"\\u00" in line)
            or (begins and b"-----BEGIN" in line)
        )


def _marked(line: bytes, mark: bytes) -> bool:
    return (
        b"@" in mark
        or (b"|" in mark and b"<|" in line)
        or (b"=" in mark and _assigns(line))
        or (len(mark) >= _FEW_DIGITS and _NUMBER.search(line) is not None)
        or _has_key(line)
    )


def _assigns(line: bytes) -> bool:
    return b"Key=" in line or b"sig=" in line or b"pwd=" in line.lower() or b"word=" in line.lower()


def _has_key(line: bytes) -> bool:
    return (
        b"sk-" in line
        or b"KIA" in line
        or b"SIA" in line
        or (b"_" in line and b"gh" in line)
        or b"github_pat" in line
        or b"xox" in line
        or b"AIza" in line
    )
