"""Flags the few lines whose texts have to be searched for secrets and personal data.

The patterns for those cost more than all other rules together. Whatever they can match has a
digit or one of a few signs, or is escaped, so one quick pass over the bytes spares most lines.
It may flag too many lines, never too few: a test feeds it everything that the patterns know.
"""

import re

_KEPT = b"0123456789@=|-_\n"
_DROPPED = bytes(byte for byte in range(256) if byte not in _KEPT)
# Keys that begin with a word of their own, and ASCII written as an escape, which hides from a look
# at bytes; a block without any is done with them at once.
_WORDS = (re.compile(rb"A(?:KIA|SIA|Iza)"), re.compile(rb"\\u00[0-7]"))
# Six digits with nothing but spaces and signs between them: the shortest number that a pattern
# asks for. A line is looked at without those, its digits all alike.
_NUMBER = b"0" * 6
_ALIKE = bytes(48 if chr(byte).isdigit() and byte < 128 else byte for byte in range(256))
_BETWEEN = bytes(byte for byte in range(128) if not chr(byte).isalnum())


def flag_lines(data: bytes, lines: list[bytes]) -> list[bool]:
    """For each line, whether its texts have to be searched; `data` is the lines joined by LF."""
    marks = data.translate(None, _DROPPED).split(b"\n")
    found = [
        # Most marks are digits alone, and few of them.
        (len(mark) >= len(_NUMBER) or not (mark == b"" or mark.isdigit()))
        and (_is_marked(line, mark) or _has_number(line, mark))
        for line, mark in zip(lines, marks, strict=True)
    ]
    for word in _WORDS:
        if word.search(data):
            pairs = zip(found, lines, strict=True)
            found = [known or word.search(line) is not None for known, line in pairs]
    return found


def _has_number(line: bytes, mark: bytes) -> bool:
    return len(mark) >= len(_NUMBER) and _NUMBER in line.translate(_ALIKE, _BETWEEN)


def _is_marked(line: bytes, mark: bytes) -> bool:
    return not mark.isdigit() and (
        b"@" in mark
        or (b"-" in mark and (b"sk-" in line or b"xox" in line or b"-----BEGIN" in line))
        or (b"_" in mark and b"gh" in line)
        or (b"|" in mark and b"<|" in line)
        or (b"=" in mark and _assigns(line))
    )


def _assigns(line: bytes) -> bool:
    lower = line.lower()
    return b"key=" in lower or b"sig=" in lower or b"pwd=" in lower or b"word=" in lower
