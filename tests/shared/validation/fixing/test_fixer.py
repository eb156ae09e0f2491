"""What --fix changes, and what it copies as it is."""

import json
from typing import Any

import pytest

from shared.validation.fixing.fixer import Fixer
from shared.validation.fixing.legacy_functions import convert_to_tools
from tests.shared.validation.rows import (
    OLD,
    Row,
    chat,
    check,
    lines,
    numbered_rows,
    preference,
    say,
)


def fix(data: bytes) -> tuple[bytes, dict[str, int]]:
    """The fixed bytes and the counts of changes."""
    fixer = Fixer(10)
    return b"".join(fixer.copy([data])), dict(fixer.counts)


def test_file_level_faults_are_fixed() -> None:
    """Byte order mark, blank lines and line ends go, and nothing else changes."""
    rows = lines(*(numbered_rows(number) for number in range(3)))

    fixed, counts = fix(b"\xef\xbb\xbf\r\n" + rows.replace(b"\n", b"\r\n").removesuffix(b"\r\n"))

    assert fixed == rows
    assert counts == {
        "byte order mark removed": 1,
        "blank line removed": 1,
        "line ends changed to LF": 3,
    }


@pytest.mark.parametrize(
    "line",
    [
        b'{"b":1,  "a" : "\\u00e9\\/ e\xcc\x81"}',
        b'{"messages": [{"role": "robot", "content": "x"}]}',
        b'{"messages": [{"role": "User", "content": "x", "content": "y"}]}',
        b'{"messages": [{"role": "User", "content": NaN}]}',
        b"{oops",
        b"[1]",
    ],
)
def test_what_is_not_safe_to_fix_stays_byte_for_byte(line: bytes) -> None:
    """Spaces, escapes, accents, ambiguous and unreadable rows are copied as they are."""
    assert fix(line + b"\n") == (line + b"\n", {})


def test_roles_are_fixed_in_every_list() -> None:
    """Roles of chat and of preference rows are fixed."""
    bad = preference(preferred_output=[say("ASSISTANT", "4")])
    bad["input"]["messages"][0]["role"] = " user"

    fixed, counts = fix(lines(bad, chat(say("humna", "x"))))

    first = json.loads(fixed.splitlines()[0])
    assert first["preferred_output"][0]["role"] == "assistant"
    assert first["input"]["messages"][0]["role"] == "user"
    assert counts == {
        "role spelling corrected to 'assistant'": 1,
        "role spelling corrected to 'user'": 1,
    }


def test_functions_become_tools() -> None:
    """The deprecated form is converted, and gives no finding any more."""
    rest = OLD["messages"][1:]
    data = lines(*({**OLD, "messages": [say("user", f"{n}?"), *rest]} for n in range(60)))

    fixed, counts = fix(data)

    before, after = check(data), check(fixed)
    assert before.rules["legacy-functions"] == {"warning": 60}
    assert after.rules == {}
    assert counts == {"functions converted to tools": 60}


@pytest.mark.parametrize(
    "row",
    [
        {**OLD, "tools": []},
        {**OLD, "function_call": "auto"},
        {**OLD, "functions": "weather"},
        chat(say("user", "x"), say("function", "sunny", name="weather"), say("assistant", "y")),
        {"messages": [*OLD["messages"][:2], "odd"]},
        {"messages": "none", "functions": []},
        chat(),
    ],
)
def test_what_would_have_to_be_guessed_is_not_converted(row: Row | dict[str, Any]) -> None:
    """Mixed, forced, invalid or incomplete forms are not converted."""
    assert convert_to_tools(row) is None
