"""Points out the few lines whose texts are worth a closer look for secrets and personal data.

The patterns for those cost more than all other rules together. Whatever they can match has a
digit, an @, = or |, or is escaped, so one quick pass over the bytes spares most lines. It may point
out too many lines, never too few: a test feeds it everything that the patterns know.
"""

import re

from shared.validation.lines import Block

_KEPT = b"0123456789@=|\\\n"
_DROPPED = bytes(byte for byte in range(256) if byte not in _KEPT)
# Six digits with little between them: the shortest number that a pattern asks for has eight.
_NUMBER = re.compile(rb"[0-9](?:[^0-9a-zA-Z]{0,3}[0-9]){5}")
_FEW_DIGITS = 6


def marks(block: Block) -> list[bytes]:
    """For each line of the block what is left of it when all but a few characters are dropped."""
    return block.data.translate(None, _DROPPED).split(b"\n")


def is_suspect(line: bytes, mark: bytes) -> bool:
    """Whether the texts of a line need a closer look, by the line and what its mark left of it."""
    return (
        b"@" in mark
        or (b"|" in mark and b"<|" in line)
        or (b"=" in mark and _assigns(line))
        # ASCII written as an escape hides from a look at bytes.
        or (b"\\" in mark and b"\\u00" in line)
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
        or b"-----BEGIN" in line
    )
