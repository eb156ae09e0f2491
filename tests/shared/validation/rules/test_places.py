"""How often a fault is reported, in which file and line, and at which level."""

import json

from tests.shared.validation.rows import MORE_PLAIN, PLAIN, chat, check, lines, numbered_rows, say
from tests.shared.validation.rules import places


def test_near_copy_in_the_validation_file_is_a_warning() -> None:
    """A row that differs in one word from one of the validation file is a warning."""
    text = (
        "The old town lies on an island between two arms of the river, and its market opens at six"
    )
    mine = chat(say("user", "Describe the town."), say("assistant", text + " in the morning."))
    theirs = chat(say("user", "Describe the town."), say("assistant", text + " each morning."))

    report = check(PLAIN + lines(mine), validation=[MORE_PLAIN + lines(theirs)])

    assert places(report, "validation-overlap") == [("warning", 61, 61)]
    assert report.to_dict()["duplicates"]["near_overlap"] == {"rows": 1, "lines": [[61, 61]]}


def test_faults_of_the_validation_file_name_the_file() -> None:
    """A fault in the validation file is reported as one of that file."""
    report = check(PLAIN, validation=[MORE_PLAIN + b"oops\n"])

    found = [(f.file, f.line, f.rule) for f in report.findings if f.level == "error"]
    assert found == [("validation", 61, "json-syntax")]


def test_one_bad_byte_costs_one_finding() -> None:
    """A byte that is not UTF-8 is reported once, and every other row is still checked."""
    bad = json.dumps(numbered_rows(7)).encode().replace(b"much", b"m\xffch")

    report = check(PLAIN + bad + b"\n" + lines(chat(say("user", "x"))))

    errors = [(f.rule, f.line) for f in report.findings if f.level == "error"]
    assert errors == [("utf-8", 61), ("assistant-present", 62)]


def test_counts_are_exact_when_places_are_not_kept() -> None:
    """Of many equal faults all are counted and the first places kept."""
    report = check(lines(*[{"messages": []}] * 500), max_places=3)

    assert report.rules["messages-list"] == {"error": 500}
    assert report.rules["duplicate-row"] == {"warning": 499}
    assert [f.line for f in report.findings if f.rule == "messages-list"] == [1, 2, 3]
    assert [f.line for f in report.findings if f.rule == "duplicate-row"] == [2, 3, 4]


def test_strict_turns_warnings_into_refusal() -> None:
    """The same file is accepted as it is and refused when warnings count as errors."""
    data = PLAIN.replace(b"\n", b"\n\n", 1)

    assert check(data).ok
    assert not check(data, strict=True).ok
