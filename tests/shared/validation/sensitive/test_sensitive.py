"""Personal data and secrets: what is found, what is left alone, and what is never shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.validation.report.page import render_page
from shared.validation.sensitive.patterns import _PATTERNS, candidate_patterns, find, mask
from shared.validation.sensitive.prefilter import flag_lines
from tests.shared.validation.rows import chat, check, lines, numbered_rows, say

KEY = "Ab1" * 30

SECRETS = {
    "API key": f"sk-proj-{KEY}",
    "AWS access key": "AKIAIOSFODNN7EXAMPLE",
    "GitHub token": f"ghp_{KEY[:36]}",
    "Slack token": "xoxb-123456789012-abcdefghijkl",
    "Google API key": "AIza" + KEY[:35],
    "connection string": f"AccountName=shop;AccountKey={KEY[:86]}==;",
    "SAS address": f"https://a.blob.core.windows.net/c/b?sv=2024-11-04&sig={KEY[:40]}%3D",
    "private key": f"-----BEGIN RSA PRIVATE KEY-----\n{KEY}\n-----END RSA PRIVATE KEY-----",
}
MORE_SECRETS = [
    "Server=tcp:db;Database=x;User Id=sa;Password=hunter22;",
    "postgresql://admin:hunter22@db.example.com/shop",
    f"Endpoint=sb://x.servicebus.windows.net/;SharedAccessKey={KEY[:43]}=",
]
PERSONAL = {
    "mail address": "jo.doe@contoso.co.uk",
    "card number": "4111-1111-1111-1111",
    "national id (US SSN)": "536-22-8726",
    "national id (UK NINO)": "AB 12 34 56 C",
    "national id (Spain)": "12345678Z",
    "account number (IBAN)": "GB82 WEST 1234 5698 7654 32",
    "phone number": "+44 20 7946 0958",
}
MORE_PERSONAL = ["(425) 555-0123", "425-555-0123", "+33 6 12 34 56 78", "5500000000000004"]
ORDINARY = [
    "The order 1234567890 of 2024-11-25 has 12 items.",
    "Between 1939 and 1945, 10.000.000 people",
    "Call 112 or 911.",
    "version 1.2.3.4, RFC 3986, ISBN 978-3-16-148410-0",
    "@anna wrote to @bob",
    "risk-free, task-oriented, sk-learn",
    "4111 1111 1111 1112 and 000-12-3456",
    "password = ?, key=value",
    "https://example.com/?page=2&sort=asc",
    "0.1234567890123 and 1e100",
]

WHOLE = [*SECRETS.values(), *MORE_SECRETS, *PERSONAL.values(), *MORE_PERSONAL, *ORDINARY]
PIECES = [
    piece for text in WHOLE for piece in (text, text[: len(text) // 2], text[len(text) // 2 :])
]


@pytest.mark.parametrize(("kind", "text"), [*SECRETS.items(), *PERSONAL.items()])
def test_kind_is_named(kind: str, text: str) -> None:
    """Each kind of secret and personal data is found under its name, and only once."""
    assert [(hit.kind, hit.secret) for hit in find(f"It is {text} here")] == [
        (kind, kind in SECRETS)
    ]


@pytest.mark.parametrize("text", [*MORE_SECRETS, *MORE_PERSONAL])
def test_other_spellings_are_found(text: str) -> None:
    """The same things written otherwise are found as well."""
    assert find(f"It is {text} here")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_no_pattern_is_spared_that_matches(text: str) -> None:
    """The quick look at signs and digits never leaves out a search that would have found."""
    matching = [pattern for pattern in _PATTERNS if pattern.regex.search(text)]

    assert [pattern for pattern in matching if pattern not in candidate_patterns(text)] == []


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Numbers, names and addresses that only look a little alike are not reported."""
    assert find(text) == []
    assert mask(text) == text


@pytest.mark.parametrize(
    "text", [*SECRETS.values(), *PERSONAL.values(), *MORE_SECRETS, *MORE_PERSONAL]
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_whatever_the_patterns_find_is_a_suspect(text: str, ascii_only: bool) -> None:
    """The quick pass over the bytes spares no line that the patterns would have found."""
    line = json.dumps(chat(say("user", f"é {text}.")), ensure_ascii=ascii_only).encode()
    hidden = line.replace(b"@", b"\\u0040").replace(b"=", b"\\u003d")

    assert flag_lines(line, [line]) == [True]
    assert flag_lines(hidden, [hidden]) == [True]


@pytest.mark.parametrize("text", [*SECRETS.values(), *PERSONAL.values(), *MORE_SECRETS])
def test_value_appears_in_no_output(text: str) -> None:
    """Neither JSON, page nor record shows it, not even where other rules quote the row."""
    row = chat(say("user", text, odd=text), say("assistant", text), other=[text])
    data = lines(row, *(numbered_rows(number) for number in range(20)))

    report = check(data)

    shown = json.dumps(report.to_dict(), ensure_ascii=False) + render_page(report)
    core = json.dumps(text, ensure_ascii=False)[6:-3]
    assert core not in shown
    assert "sensitive-data" in report.rules
