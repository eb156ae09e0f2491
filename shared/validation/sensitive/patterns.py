"""Finds personal data and secrets in texts, and masks them.

Patterns err on the side of silence: each asks for a shape that ordinary numbers and words do not
have, and for a checksum where the thing has one.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple


class Hit(NamedTuple):
    """Something sensitive at `text[start:end]`."""

    kind: str
    secret: bool
    start: int
    end: int


class _Pattern(NamedTuple):
    kind: str
    secret: bool
    regex: re.Pattern[str]
    confirm: Callable[[str], bool]
    signs: frozenset[str]
    """One of these is in every text that it matches; empty if nothing is."""
    digits: int
    """A text that it matches has at least so many."""


def find(text: str) -> list[Hit]:
    """Everything sensitive in a text, from left to right, without overlaps."""
    hits = sorted(_matches(text), key=lambda hit: (hit.start, -hit.end))
    disjoint: list[Hit] = []
    for hit in hits:
        if not disjoint or hit.start >= disjoint[-1].end:
            disjoint.append(hit)
    return disjoint


def mask(text: str) -> str:
    """The text with everything sensitive replaced, for use in any output."""
    if len(text) < _SHORTEST:
        return text
    done, parts = 0, []
    for hit in find(text):
        parts += [text[done : hit.start], mask_value(text[hit.start : hit.end])]
        done = hit.end
    return "".join([*parts, text[done:]]) if parts else text


def mask_value(value: str) -> str:
    """A sensitive value of which only the ends are visible."""
    visible = 2 if len(value) >= 12 else 1
    return f"{value[:visible]}{'*' * 6}{value[-visible:]}"


def _matches(text: str) -> Iterator[Hit]:
    for pattern in candidate_patterns(text):
        for match in pattern.regex.finditer(text):
            if pattern.confirm(match[0]):
                yield Hit(pattern.kind, pattern.secret, match.start(), match.end())


def candidate_patterns(text: str) -> list[_Pattern]:
    """The patterns that could match, by what a quick look at the text shows."""
    signs = {sign for sign in _SIGNS if sign in text}
    digits = sum(map(text.count, "0123456789"))
    return [
        pattern
        for pattern in _PATTERNS
        if digits >= pattern.digits and not (pattern.signs and pattern.signs.isdisjoint(signs))
    ]


def _always(_: str) -> bool:
    return True


def _digits(text: str) -> list[int]:
    return [int(char) for char in text if char in "0123456789"]


def _luhn(text: str) -> bool:
    digits = _digits(text)
    if not 13 <= len(digits) <= 19 or len(set(digits)) == 1:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _ssn(text: str) -> bool:
    area, group, serial = text.split("-")
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _iban(text: str) -> bool:
    plain = text.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def _dni(text: str) -> bool:
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(text[:8]) % 23] == text[-1]


def _phone(text: str) -> bool:
    return 8 <= len(_digits(text)) <= 15


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _secret(
    kind: str, signs: tuple[str, ...], regex: str, confirm: Callable[[str], bool] = _always
) -> _Pattern:
    return _Pattern(kind, True, re.compile(regex, re.ASCII), confirm, frozenset(signs), 0)


def _personal(
    kind: str,
    regex: str,
    confirm: Callable[[str], bool] = _always,
    *,
    signs: tuple[str, ...] = (),
    digits: int = 0,
) -> _Pattern:
    return _Pattern(kind, False, re.compile(regex, re.ASCII), confirm, frozenset(signs), digits)


_SHORTEST = 6
_WORD = r"(?<![A-Za-z0-9_])"

_PATTERNS = (
    _secret(
        "private key",
        ("-----BEGIN",),
        r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[\s\S]{0,8192}?"
        r"(?:-----END [A-Z ]{0,20}PRIVATE KEY-----|\Z)",
    ),
    _secret("API key", ("sk-",), _WORD + r"sk-[A-Za-z0-9_-]{16,200}", _has_digit),
    _secret(
        "AWS access key", ("AKIA", "ASIA"), _WORD + r"(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Za-z])"
    ),
    _secret(
        "GitHub token",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
        _WORD + r"(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})",
        _has_digit,
    ),
    _secret("Slack token", ("xox",), _WORD + r"xox[abprs]-[A-Za-z0-9-]{10,}", _has_digit),
    _secret("Google API key", ("AIza",), _WORD + r"AIza[0-9A-Za-z_-]{35}", _has_digit),
    _secret(
        "connection string",
        ("Key=",),
        r"(?:AccountKey|SharedAccessKey|EndpointKey)=[A-Za-z0-9+/]{20,}={0,2}",
    ),
    _secret(
        "connection string",
        ("=",),
        r"(?i:(?:server|data source|host)=[^;\s]{1,200};[^\n]{0,300}?"
        r"(?:password|pwd)=)[^;\s\"']{3,}",
    ),
    _secret(
        "connection string",
        ("://",),
        r"(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|amqps?|rediss?)://"
        r"[^\s:/@]{0,80}:[^\s:/@]{3,}@[^\s\"']+",
    ),
    _secret("SAS address", ("sig=",), r"[?&]sig=[A-Za-z0-9%+/_-]{20,}={0,2}"),
    _personal(
        "mail address",
        r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@"
        r"(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}(?![A-Za-z0-9-])",
        signs=("@",),
    ),
    _personal("card number", r"(?<![\d.-])\d(?:[ -]?\d){12,18}(?![\d-])", _luhn, digits=13),
    _personal(
        "national id (US SSN)",
        r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])",
        _ssn,
        signs=("-",),
        digits=9,
    ),
    _personal(
        "national id (UK NINO)",
        _WORD + r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?"
        r"\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Za-z0-9])",
        digits=6,
    ),
    _personal(
        "national id (Spain)",
        r"(?<![A-Za-z0-9])\d{8}-?[A-HJ-NP-TV-Z](?![A-Za-z0-9])",
        _dni,
        digits=8,
    ),
    _personal(
        "account number (IBAN)",
        _WORD + r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}"
        r"(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])",
        _iban,
        digits=2,
    ),
    _personal(
        "phone number",
        r"(?<![\w+.])\+\d{1,3}(?:[ .()/-]{0,2}\d){7,13}(?![\d])",
        _phone,
        signs=("+",),
        digits=8,
    ),
    _personal(
        "phone number",
        r"(?<![\w+.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])",
        _phone,
        digits=10,
    ),
)
_SIGNS = frozenset().union(*(pattern.signs for pattern in _PATTERNS))
