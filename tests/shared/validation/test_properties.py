"""What holds for any bytes at all."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.validation import Report
from shared.validation.report.page import render_page
from shared.validation.scan import Scan
from tests.shared.validation.mutations import mutated_file
from tests.shared.validation.rows import check, lines, numbered_rows

quick = settings(max_examples=60, derandomize=False)

ROWS = [json.dumps(numbered_rows(number)).encode() for number in range(40)]
FAULTY = [
    *ROWS,
    b"",
    b"oops",
    b'{"messages": []}',
    b"[1]",
    b'{"messages": [{"role": "User", "content": "a@b.co"}, {"role": "assistant", "content": " "}]}',
    b'{"messages": [{"role": "user", "content": "\xff"}]}',
]


def facts(report: Report) -> dict[str, Any]:
    """The report without the time it took."""
    return {**report.to_dict(), "seconds": 0}


@quick
@given(st.binary(max_size=2_000), st.integers(1, 50))
def test_any_bytes_give_a_report(data: bytes, size: int) -> None:
    """Bytes of any kind, in chunks of any size, give a report that is JSON and HTML."""
    chunks = [data[start : start + size] for start in range(0, len(data), size)]

    report = check(iter(chunks))

    assert json.loads(json.dumps(report.to_dict(), allow_nan=False))["file"]["bytes"] == len(data)
    assert render_page(report).startswith("<!doctype html>")


WORDS = tuple(
    word
    for line in (
        "messages role content weight name tools tool_calls function id type arguments",
        "tool_call_id image_url url detail text input preferred_output functions parameters",
        "non_preferred_output function_call properties required enum items",
    )
    for word in line.split()
)
Values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(WORDS),
            inner | st.sampled_from(["user", "assistant", "tool", "function", "image_url", "{}"]),
            max_size=5,
        )
    ),
    max_leaves=25,
)


@quick
@given(st.lists(Values, max_size=6), st.sampled_from(["auto", "sft", "dpo", "rft"]))
def test_any_json_gives_a_report(values: list[Any], method: str) -> None:
    """Rows of the right words in the wrong places never raise."""
    report = check(lines(*values), method=method, grader=values)

    assert report.examples == len(values)
    assert render_page(report)


@quick
@given(
    st.lists(st.sampled_from(FAULTY), min_size=1, max_size=60),
    st.lists(st.sampled_from([b"\n", b"\r\n", b"\r"]), min_size=1, max_size=7),
    st.booleans(),
    st.data(),
)
def test_lines_are_numbered_as_an_editor_does(
    rows: list[bytes], ends: list[bytes], bom: bool, data: st.DataObject
) -> None:
    """Under any mixture of line ends, in chunks cut anywhere, every finding is in its line."""
    # A CR right before an empty line that ends in LF would be read as one CRLF.
    ends = ends if b"" not in rows else [b"\r\n"]
    text = b"".join(row + ends[place % len(ends)] for place, row in enumerate(rows))
    text = (b"\xef\xbb\xbf" if bom else b"") + text
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    report = check(iter(chunks), max_places=100)

    found = {finding.line for finding in report.findings if finding.rule == "json-syntax"}
    assert found == {place for place, row in enumerate(rows, 1) if row == b"oops"}
    assert report.file.lines == len(rows)


@quick
@given(st.lists(st.sampled_from(FAULTY), max_size=80), st.data())
def test_cutting_into_chunks_changes_nothing(rows: list[bytes], data: st.DataObject) -> None:
    """Chunks cut at any place give the same report as one piece."""
    text = b"\r\n".join(rows)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    chunks = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]

    assert facts(check(iter(chunks))) == facts(check([text]))


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of many blocks gives the same report whatever their size."""
    chance = random.Random(3)  # noqa: S311
    text = b"\n".join(chance.choices(FAULTY, k=400))
    whole = facts(check([text]))

    monkeypatch.setattr("shared.validation.reading.lines.BLOCK_BYTES", 700)

    assert facts(check([text])) == whole


def test_quick_way_and_thorough_way_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain rows that are read in groups give the same report as rows that meet every rule."""
    chance = random.Random(5)  # noqa: S311
    plain = [mutated_file(chance, 30, share=0.02) for _ in range(30)]
    before = [facts(check([text])) for text in plain]

    monkeypatch.setattr(Scan, "_plain_rows", lambda *_: None)
    after = [facts(check([text])) for text in plain]

    assert before == after
