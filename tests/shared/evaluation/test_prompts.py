"""Which prompts the two models answer."""

import json
from collections.abc import Iterable, Iterator

import pytest

from shared.evaluation.prompts import Prompt, questions_from, tools_from

USER = {"role": "user", "content": "Where?"}
SYSTEM = {"role": "system", "content": "Be brief."}
ANSWER = {"role": "assistant", "content": "Here.", "weight": 1}


def jsonl(*rows: object) -> bytes:
    """Rows as JSONL."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def prompts_from(chunks: Iterable[bytes], limit: int) -> list[Prompt]:
    """What is asked, whatever is expected."""
    return [one.messages for one in questions_from(chunks, limit)]


def test_chat_ends_with_its_last_user_turn() -> None:
    """A training example is cut before the answer, and training's own fields go."""
    second = {"role": "user", "content": "And then?"}
    data = jsonl({"messages": [SYSTEM, USER, ANSWER, second, ANSWER]})

    kept = {"role": "assistant", "content": "Here."}
    assert prompts_from([data], 5) == [[SYSTEM, USER, kept, second]]


def test_plain_texts_are_user_turns() -> None:
    """A line with a string, or with `prompt`, is one user turn."""
    data = jsonl("Where?", {"prompt": "When?"})

    found = prompts_from([data], 5)

    assert found == [[USER], [{"role": "user", "content": "When?"}]]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"\xff",
        b"3",
        b'""',
        b"null",
        b"{}",
        b'{"prompt": 3}',
        b'{"messages": 3}',
        b'{"messages": []}',
        b'{"messages": [3, {"role": "assistant", "content": "x"}]}',
        b"[" * 200_000,
        rb'"Where? \ud800"',
    ],
    ids=range(13),
)
def test_what_is_no_prompt_is_passed_over(line: bytes) -> None:
    """A line that nobody could answer costs nothing but itself."""
    data = line + b"\n" + jsonl("Where?")

    assert prompts_from([data], 5) == [[USER]]


def test_same_prompt_is_asked_once() -> None:
    """Prompts that are alike count once."""
    assert prompts_from([jsonl("Where?", {"prompt": "Where?"})], 5) == [[USER]]


def test_lines_may_be_cut_anywhere() -> None:
    """The pieces of the file need not end with lines, nor the file with a line end."""
    data = b"\xef\xbb\xbf" + jsonl("Where?", "Wo é?").removesuffix(b"\n")

    found = prompts_from([data[i : i + 1] for i in range(len(data))], 5)

    assert found == [[USER], [{"role": "user", "content": "Wo é?"}]]


def test_only_as_much_is_read_as_is_needed() -> None:
    """Reading stops with the last prompt that is wanted."""
    read: list[int] = []

    def chunks() -> Iterator[bytes]:
        for number in range(100):
            read.append(number)
            yield jsonl(f"Question {number}?")

    found = prompts_from(chunks(), 3)

    assert len(found) == 3
    assert len(read) == 3


PAIR = {"input": {"messages": [USER]}, "preferred_output": [ANSWER]}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"prompt": "Where?", "expected": "Here."}, "Here."),
        ({"prompt": "Where?"}, ""),
        ({"prompt": "Where?", "expected": 3}, ""),
        ("Where?", ""),
        ({"messages": [USER, ANSWER]}, "Here."),
        ({"messages": [USER, ANSWER], "expected": "There."}, "There."),
        ({"messages": [USER, {"role": "tool", "content": "x"}, ANSWER]}, ""),
        ({"messages": [USER, {"role": "assistant", "content": None}]}, ""),
        (PAIR, "Here."),
    ],
)
def test_expected_answer(row: object, expected: str) -> None:
    """It is said in the line, or it is the assistant's turn right after the last user turn."""
    (found,) = questions_from([jsonl(row)], 5)

    assert (found.messages, found.expected) == ([USER], expected)


CALL = {"name": "find", "arguments": '{"x": 1}'}
TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}
CALLS = {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "function": CALL}]}
RESULT = {"role": "tool", "tool_call_id": "1", "content": "2"}


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [USER, CALLS, RESULT, ANSWER], "tools": [TOOL, 3, {"type": "x"}]},
        {"prompt": "Where?", "expected": {"name": "find", "arguments": {"x": 1}}, "tools": [TOOL]},
        {"messages": [USER, ANSWER], "expected": [CALL], "tools": [TOOL]},
        {"input": {"messages": [USER], "tools": [TOOL]}, "preferred_output": [CALLS]},
    ],
)
def test_expected_calls(row: object) -> None:
    """Calls that follow the last user turn are expected, and asked for with the row's tools."""
    (found,) = questions_from([jsonl(row)], 5)

    assert (found.messages, found.expected) == ([USER], "")
    assert (found.expected_calls, found.tools) == ((CALL,), (TOOL,))


def test_text_in_place_of_a_call() -> None:
    """A line that says which text is expected is not graded by the calls of its chat."""
    row = {"messages": [USER, CALLS], "expected": "Here."}

    (found,) = questions_from([jsonl(row)], 5)

    assert (found.expected, found.expected_calls) == ("Here.", ())


def test_tools_of_a_dataset() -> None:
    """Each tool counts once, whichever row has it; rows without tools say nothing."""
    other = {"type": "function", "function": {"name": "book"}}
    rows = [{"messages": [USER]}, {"tools": [TOOL]}, {"tools": [TOOL, other]}, 3]

    assert tools_from([jsonl(*rows)]) == (TOOL, other)
    assert tools_from([b"{", b"nothing"]) == ()
