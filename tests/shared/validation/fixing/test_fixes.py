"""What --fix mends, and what it leaves alone."""

import json
from typing import Any

import pytest

from shared.validation.fixing.fixes import Mending
from shared.validation.fixing.legacy_functions import with_tools
from tests.shared.validation.rows import OLD, Row, chat, check, lines, numbered, preference, say


def mend(data: bytes) -> tuple[bytes, dict[str, int]]:
    """The mended bytes and the counts of what was done."""
    mending = Mending(10)
    return b"".join(mending.copy([data])), dict(mending.counts)


def test_file_level_faults_are_mended() -> None:
    """Byte order mark, blank lines and line ends go, and nothing else changes."""
    rows = lines(*(numbered(number) for number in range(3)))

    mended, done = mend(b"\xef\xbb\xbf\r\n" + rows.replace(b"\n", b"\r\n").removesuffix(b"\r\n"))

    assert mended == rows
    assert done == {
        "byte order mark removed": 1,
        "blank line removed": 1,
        "line ends written as LF": 3,
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
def test_what_is_not_safe_to_mend_stays_byte_for_byte(line: bytes) -> None:
    """Spaces, escapes, accents, ambiguous and unreadable rows are copied as they are."""
    assert mend(line + b"\n") == (line + b"\n", {})


def test_roles_are_mended_in_every_list() -> None:
    """Roles of chat and of preference rows are mended."""
    bad = preference(preferred_output=[say("ASSISTANT", "4")])
    bad["input"]["messages"][0]["role"] = " user"

    mended, done = mend(lines(bad, chat(say("humna", "x"))))

    first = json.loads(mended.splitlines()[0])
    assert first["preferred_output"][0]["role"] == "assistant"
    assert first["input"]["messages"][0]["role"] == "user"
    assert done == {"role spelt assistant": 1, "role spelt user": 1}


def test_functions_become_tools() -> None:
    """The older form is rewritten so that it gives no finding any more."""
    rest = OLD["messages"][1:]
    data = lines(*({**OLD, "messages": [say("user", f"{n}?"), *rest]} for n in range(60)))

    mended, done = mend(data)

    before, after = check(data), check(mended)
    assert before.rules["legacy-functions"] == {"warning": 60}
    assert after.rules == {}
    assert done == {"functions rewritten as tools": 60}


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
    """Mixed, forced, odd or incomplete forms are left alone."""
    assert with_tools(row) is None
