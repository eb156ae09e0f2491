"""Texts, numbers, names and comments: what is read in one piece."""

import re

from local.functions_host.durable.newtonsoft.text import Text, blank

_NUMBER = frozenset("-+.xX0123456789abcdefABCDEF")
_WHOLE = re.compile(r"-?\d+", re.ASCII)
_FLOAT = re.compile(r"-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", **{c: c for c in "\\\"'/"}}


def quoted(text: Text) -> str:
    """A text in double or single quotes; it may run over lines."""
    quote = text.step()
    parts: list[str] = []
    while (char := text.peek()) != quote:
        if char in ("\r", "\n"):
            parts.append(text.step())
            continue
        text.at += len(char)
        if not char or (char == "\\" and not text.peek()):
            raise text.fault(f"Unterminated string. Expected delimiter: {quote}.")
        parts.append(_escaped(text) if char == "\\" else char)
    text.at += 1
    # Halves of a pair came one by one; one that stays alone is replaced.
    joined = "".join(parts).encode("utf-16-le", "surrogatepass")
    return joined.decode("utf-16-le", "replace")


def _escaped(text: Text) -> str:
    char = text.peek()
    text.at += 1
    if char != "u":
        if char not in _ESCAPES:
            raise text.fault(f"Bad JSON escape sequence: \\{char}.")
        return _ESCAPES[char]
    if text.left() <= 4:  # the reader wants one more to be there
        raise text.fault("Unexpected end while parsing Unicode escape sequence.")
    digits = text.text[text.at : text.at + 4]
    if not re.fullmatch("[0-9a-fA-F]{4}", digits):
        raise text.fault(f"Invalid Unicode escape sequence: \\u{digits}.")
    text.at += 4
    return chr(int(digits, 16))


def bare_name(text: Text) -> str:
    """A name without quotes."""
    start = text.at
    while (char := text.peek()) and names(char):
        text.at += 1
    if not char:
        raise text.fault("Unexpected end while parsing unquoted property name.")
    if char != ":" and not blank(char):
        raise text.fault(f"Invalid JavaScript property identifier character: {char}.")
    return text.text[start : text.at]


def names(char: str) -> bool:
    """Whether a name without quotes may have this character."""
    return char.isalnum() or char in "_$"


def digits(text: Text) -> str:
    """All that may belong to a number."""
    start = text.at
    while (char := text.peek()) in _NUMBER:
        text.at += 1
    if char and char not in ",}])/\0" and not blank(char):
        raise text.fault(f"Unexpected character encountered while parsing number: {char}.")
    return text.text[start : text.at]


def number(digits: str) -> int | float:
    """The number that is written so: decimal, 0x… in hexadecimal, 0… in octal.

    Raises:
        ValueError: It is none.
    """
    if digits[0] == "0" and len(digits) > 1 and digits[1] not in ".eE":
        whole = int(digits, 16) if digits[1] in "xX" else int(digits, 8)
        if whole >> 64:
            raise ValueError(digits)
        return whole - 2**64 if whole >> 63 else whole
    if _WHOLE.fullmatch(digits):
        return int(digits)
    if _FLOAT.fullmatch(digits):
        return float(digits)
    raise ValueError(digits)


def comment(text: Text) -> None:
    """Go past a comment."""
    text.at += 1
    if text.left() < 2:  # the reader wants one more to be there
        raise text.fault("Unexpected end while parsing comment.")
    kind = text.peek()
    if kind not in "*/":
        raise text.fault(f"Error parsing comment. Expected: *, got {kind}.")
    text.at += 1
    ends = "*/" if kind == "*" else ("\r", "\n")
    while not text.text.startswith(ends, text.at):
        if not text.step() and kind == "*":
            raise text.fault("Unexpected end while parsing comment.")
        if not text.left() and kind == "/":
            return
    text.at += 2 if kind == "*" else 0
