"""The rules about a file as a whole, and about files, model and grader together."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from shared.validation import Report
from shared.validation.endings import MEGABYTE, file_faults
from shared.validation.example import Method
from shared.validation.findings import Findings
from shared.validation.rules import RULES
from shared.validation.scan import Scan
from tests.shared.validation.rows import (
    chat,
    check,
    graded,
    lines,
    look,
    numbered,
    picture,
    preference,
    say,
)
from tests.shared.validation.test_row_rules import CASES, GRADER

MINI = "gpt-4.1-mini-2025-04-14"
RFT = {"model": "o4-mini-2025-04-16", "grader": GRADER}
NAMELESS = {key: value for key, value in GRADER.items() if key != "name"}
GOOD = lines(*(numbered(number) for number in range(60)))
OTHER = lines(*(numbered(number) for number in range(100, 160)))
GRADED = lines(*(graded(number) for number in range(60)))
MORE_GRADED = lines(*(graded(number) for number in range(100, 160)))


def places(report: Report, rule: str) -> list[tuple[str, int | None, int | None]]:
    """Level, line and example of every finding of a rule."""
    return [(f.level, f.line, f.example) for f in report.findings if f.rule == rule]


class Case(NamedTuple):
    """A faulty file, where the fault is found, and its good twin."""

    rule: str
    bad: bytes
    place: tuple[str, int | None, int | None]
    good: bytes
    options: dict[str, Any] = {}  # noqa: RUF012
    good_options: dict[str, Any] | None = None


FILES = [
    Case("byte-order-mark", b"\xef\xbb\xbf" + GOOD, ("info", 1, None), GOOD),
    Case("blank-lines", GOOD.replace(b"\n", b"\n \n", 1), ("warning", 2, None), GOOD),
    Case(
        "line-ends",
        GOOD.replace(b"\n", b"\r", 3),
        ("warning", 1, None),
        GOOD.replace(b"\n", b"\r\n").removesuffix(b"\r\n"),
    ),
    Case("empty-file", b"", ("error", None, None), GOOD),
    Case("empty-file", b"\xef\xbb\xbf\n\n", ("error", None, None), GOOD),
    Case("minimum-examples", b"".join(GOOD.splitlines(True)[:9]), ("error", None, None), GOOD),
    Case("minimum-examples", b"".join(GOOD.splitlines(True)[:49]), ("warning", None, None), GOOD),
    Case(
        "training-tokens", GOOD, ("error", None, None), GOOD, {"epochs": 2_000_000}, {"epochs": 3}
    ),
    Case(
        "same-system",
        lines(chat(say("system", "Be brief."), say("user", "a"), say("assistant", "b"))) + GOOD,
        ("info", None, None),
        GOOD,
    ),
    Case("duplicate-row", GOOD + lines(numbered(7)), ("warning", 61, 61), GOOD),
    Case(
        "different-answers",
        GOOD + lines(chat(numbered(7)["messages"][0], say("assistant", "No idea."))),
        ("info", 61, 61),
        GOOD,
    ),
    Case(
        "validation-overlap",
        GOOD,
        ("error", 8, 8),
        GOOD,
        {"validation": [OTHER + lines(numbered(7))]},
        {"validation": [OTHER]},
    ),
    Case(
        "image-contents",
        GOOD + lines(look(picture("https://a.com/b.png"))),
        ("info", None, None),
        GOOD,
    ),
    Case("vocabulary", GOOD, ("info", None, None), GOOD, {"model": "gpt-9"}, {"model": MINI}),
    Case("vocabulary", GOOD, ("info", None, None), GOOD, {"model": "Ministral-3B"}, {}),
    Case(
        "model-method",
        lines(*(preference(number) for number in range(60))),
        ("error", None, None),
        lines(*(preference(number) for number in range(60))),
        {"model": "gpt-4o-mini-2024-07-18"},
        {"model": MINI},
    ),
    Case(
        "rft-validation-file",
        GRADED,
        ("error", None, None),
        GRADED,
        RFT,
        {**RFT, "validation": [MORE_GRADED]},
    ),
    Case(
        "grader",
        GRADED,
        ("error", None, None),
        GRADED,
        {**RFT, "validation": [MORE_GRADED], "grader": {**GRADER, "operation": "equal"}},
        {**RFT, "validation": [MORE_GRADED]},
    ),
    Case(
        "grader",
        GRADED,
        ("warning", None, None),
        GRADED,
        {**RFT, "validation": [MORE_GRADED], "grader": NAMELESS},
        {**RFT, "validation": [MORE_GRADED]},
    ),
    Case(
        "grader",
        GRADED,
        ("info", None, None),
        GRADED,
        {**RFT, "validation": [MORE_GRADED], "grader": None, "method": "rft"},
        {**RFT, "validation": [MORE_GRADED]},
    ),
]


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.rule)
def test_fault_of_a_file_is_found(case: Case) -> None:
    """The faulty file is found out by its rule, with the place if there is one."""
    report = check(case.bad, **case.options)

    assert case.place in places(report, case.rule)


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.rule)
def test_good_twin_of_a_file_passes(case: Case) -> None:
    """The file without the fault gives no such finding and no error."""
    options = case.options if case.good_options is None else case.good_options

    report = check(case.good, **options)

    assert case.rule not in report.rules
    assert report.ok


@pytest.mark.parametrize(
    ("size", "level"),
    [
        (150 * MEGABYTE, None),
        (151 * MEGABYTE, "warning"),
        (512 << 20, "warning"),
        ((512 << 20) + 1, "error"),
    ],
)
def test_size_is_judged_by_route(size: int, level: str | None) -> None:
    """Above 512 MiB a file is refused, above 150 MB it should go in parts, below all is well."""
    scan = Scan(findings=Findings(), model=None, method=Method.SFT, examples=60)
    scan.reader.size = size

    assert [fault.level for _, fault in file_faults(scan)] == ([level] if level else [])


def test_file_known_to_be_too_large_is_not_read() -> None:
    """With its size told beforehand, no more is taken of such a file than what tells its method."""
    asked = []

    def chunks() -> Iterator[bytes]:
        for number in range(600):
            asked.append(number)
            yield GOOD

    report = check(chunks(), sizes=(600_000_000, None))

    assert report.rules == {"file-size": {"error": 1}}
    assert "was not read" in report.findings[0].message
    assert (report.file.bytes, report.file.sha256, report.examples) == (600_000_000, "", 0)
    assert asked == [0]
    assert "600.0 MB" in report.to_html()


@pytest.mark.parametrize(("number", "found"), [(50_000, False), (50_001, True)])
def test_too_many_examples_with_images_are_refused(number: int, found: bool) -> None:
    """50,000 examples with images are allowed and 50,001 are not."""
    scan = Scan(findings=Findings(), model=None, method=Method.SFT)
    scan.examples = scan.image_examples = number

    faults = [fault.rule.id for _, fault in file_faults(scan) if fault.level == "error"]

    assert faults == (["image-examples"] if found else [])


def test_near_copy_in_the_validation_file_is_a_warning() -> None:
    """A row that differs in one word from one of the validation file is a warning."""
    text = (
        "The old town lies on an island between two arms of the river, and its market opens at six"
    )
    mine = chat(say("user", "Tell me about the town."), say("assistant", text + " in the morning."))
    theirs = chat(say("user", "Tell me about the town."), say("assistant", text + " each morning."))

    report = check(GOOD + lines(mine), validation=[OTHER + lines(theirs)])

    assert places(report, "validation-overlap") == [("warning", 61, 61)]
    assert report.to_dict()["duplicates"]["near_overlap"] == {"rows": 1, "lines": [[61, 61]]}


def test_faults_of_the_validation_file_name_the_file() -> None:
    """A fault in the validation file is reported as one of that file."""
    report = check(GOOD, validation=[OTHER + b"oops\n"])

    found = [(f.file, f.line, f.rule) for f in report.findings if f.level == "error"]
    assert found == [("validation", 61, "json-syntax")]


def test_one_bad_byte_costs_one_finding() -> None:
    """A byte that is not UTF-8 is told once, and every other row is still checked."""
    bad = json.dumps(numbered(7)).encode().replace(b"much", b"m\xffch")

    report = check(GOOD + bad + b"\n" + lines(chat(say("user", "x"))))

    errors = [(f.rule, f.line) for f in report.findings if f.level == "error"]
    assert errors == [("utf-8", 61), ("assistant-present", 62)]


def test_counts_are_exact_when_places_are_not_kept() -> None:
    """Of many equal faults all are counted and the first places kept."""
    report = check(lines(*[{"messages": []}] * 500), max_places=3)

    assert report.rules["messages-list"] == {"error": 500}
    assert report.rules["duplicate-row"] == {"warning": 499}
    assert [f.line for f in report.findings if f.rule == "messages-list"] == [1, 2, 3]
    assert [f.line for f in report.findings if f.rule == "duplicate-row"] == [2, 3, 4]


def test_every_rule_is_tested() -> None:
    """Every rule of the table has a case, but for those that only explain or cannot be judged."""
    tested = {case.rule for case in FILES} | {case.rule for case in CASES}
    elsewhere = {"file-size", "image-examples"}
    never = {"alternation", "message-overhead", "image-tokens", "moderation"}

    assert {rule.id for rule in RULES} - tested - elsewhere == never


def test_strict_turns_warnings_into_refusal() -> None:
    """The same file is accepted as it is and refused when warnings count as errors."""
    data = GOOD.replace(b"\n", b"\n\n", 1)

    assert check(data).ok
    assert not check(data, strict=True).ok
