"""Files that the service takes and that must never be refused."""

import json
from typing import Any

import pytest

from tests.shared.validation.rows import (
    GRADER,
    OLD,
    PLAIN,
    TOOL,
    call,
    chat,
    check,
    data_url,
    graded_row,
    lines,
    look,
    numbered_rows,
    picture,
    png,
    preference,
    say,
    tool_talk,
)

ROWS = [numbered_rows(number) for number in range(60)]
SYSTEM = say("system", "Be brief.")


def with_system(role: str) -> list[Any]:
    """The rows, each with the same instructions."""
    return [chat({**SYSTEM, "role": role}, *row["messages"]) for row in ROWS]


def each(**more: Any) -> list[Any]:
    """The rows, each answer with more keys."""
    return [chat(row["messages"][0], {**row["messages"][1], **more}) for row in ROWS]


GOOD: dict[str, bytes] = {
    "plain": PLAIN,
    "byte order mark": b"\xef\xbb\xbf" + PLAIN,
    "CRLF": PLAIN.replace(b"\n", b"\r\n"),
    "no final newline": PLAIN.removesuffix(b"\n"),
    "spaces": b"".join(
        json.dumps(row, indent=1).replace("\n", " ").encode() + b"\n" for row in ROWS
    ),
    "letters beyond ASCII": lines(
        *(chat(say("user", f"Où {n}? 東京 😀"), say("assistant", f"là {n}")) for n in range(60))
    ),
    "escaped emoji": lines(
        *(
            chat(say("user", f'{n} \\ud83d\\ude00 " : \\\\'), say("assistant", f"a\n{n}"))
            for n in range(60)
        )
    ),
    "system message": lines(*with_system("system")),
    "developer role": lines(*with_system("developer")),
    "weights": lines(*each(weight=1)),
    "one turn left out": lines(
        *(
            chat(
                *row["messages"],
                say("user", "Sure?"),
                say("assistant", "Yes.", weight=0),
                say("user", "?"),
                say("assistant", "!", weight=1),
            )
            for row in ROWS
        )
    ),
    "names": lines(
        *(chat({**row["messages"][0], "name": "Jo_1"}, row["messages"][1]) for row in ROWS)
    ),
    "two user messages in a row": lines(
        *(chat(say("user", "Hi."), *row["messages"]) for row in ROWS)
    ),
    "two assistant messages in a row": lines(
        *(chat(*row["messages"], say("assistant", "Ask me more.")) for row in ROWS)
    ),
    "tools": lines(*(tool_talk(called=call(json.dumps({"city": f"City {n}"}))) for n in range(60))),
    "ends with a call": lines(
        *(chat(say("user", f"Weather in {n}?"), call(), tools=[TOOL]) for n in range(60))
    ),
    "call without content": lines(
        *(
            chat(
                say("user", f"Weather in {n}?"),
                {k: v for k, v in call().items() if k != "content"},
                tools=[TOOL],
            )
            for n in range(60)
        )
    ),
    "two calls at once": lines(
        *(
            chat(
                say("user", f"{n}?"),
                {
                    **call(),
                    "tool_calls": [*call(id_="a")["tool_calls"], *call(id_="b")["tool_calls"]],
                },
                say("tool", "1", tool_call_id="b"),
                say("tool", "2", tool_call_id="a"),
                say("assistant", "ok"),
                tools=[TOOL],
                parallel_tool_calls=True,
            )
            for n in range(60)
        )
    ),
    "no parallel calls": lines(
        *(chat(*row["messages"], tools=[TOOL], parallel_tool_calls=False) for row in ROWS)
    ),
    "legacy functions": lines(
        *({**OLD, "messages": [say("user", f"{n}?"), *OLD["messages"][1:]]} for n in range(60))
    ),
    "images in the row": lines(*(look(picture(data_url(png(2, (n + 1, 9))))) for n in range(60))),
    "images behind addresses": lines(
        *(look(picture(f"https://example.com/{n}.jpg", detail="low")) for n in range(60))
    ),
    "parts of text": lines(
        *(
            chat(say("user", [{"type": "text", "text": f"{n}?"}]), say("assistant", "ok"))
            for n in range(60)
        )
    ),
    "mixed rows": lines(
        *ROWS[:20],
        *(tool_talk(called=call(json.dumps({"city": f"C{n}"}))) for n in range(20)),
        *(look(picture(f"https://example.com/{n}.png")) for n in range(20)),
    ),
    "preferences": lines(*(preference(n) for n in range(60))),
    "to be graded": lines(*(graded_row(n) for n in range(60))),
}


@pytest.mark.parametrize("name", GOOD)
def test_good_file_is_accepted(name: str) -> None:
    """The file gives no error."""
    options: dict[str, Any] = {}
    if name == "to be graded":
        other = lines(*(graded_row(number) for number in range(100, 160)))
        options = {"model": "o4-mini-2025-04-16", "validation": [other], "grader": GRADER}

    report = check(GOOD[name], **options)

    assert [finding for finding in report.findings if finding.level == "error"] == []
    assert report.ok
    assert report.examples == 60
    assert report.tokens["examples"] == 60


@pytest.mark.parametrize("name", sorted(set(GOOD) - {"byte order mark", "CRLF", "to be graded"}))
def test_accepted_file_is_accepted_with_other_formatting(name: str) -> None:
    """Keys in another order, other escapes and other spaces change neither verdict nor tokens."""
    rows = [json.loads(line) for line in GOOD[name].splitlines()]
    reformatted = b"".join(
        json.dumps(row, sort_keys=True, indent=1).replace("\n", "\t").encode() + b"\r\n"
        for row in rows
    )

    before, after = check(GOOD[name]), check(reformatted)

    assert after.ok
    assert after.rules == before.rules
    assert after.tokens["assistant"] == before.tokens["assistant"]
