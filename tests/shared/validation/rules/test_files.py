"""The rules about a file as a whole, and about files, model and grader together."""

from typing import Any, NamedTuple

import pytest

from shared.validation.rules import RULES
from tests.shared.validation.rows import (
    GRADED,
    GRADER,
    MORE_GRADED,
    MORE_PLAIN,
    PLAIN,
    chat,
    check,
    lines,
    look,
    numbered_rows,
    picture,
    preference,
    say,
)
from tests.shared.validation.rules import places
from tests.shared.validation.rules.cases import CASES

MINI = "gpt-4.1-mini-2025-04-14"
RFT = {"model": "o4-mini-2025-04-16", "grader": GRADER}
WHOLE = {**RFT, "validation": [MORE_GRADED]}
NAMELESS = {key: value for key, value in GRADER.items() if key != "name"}


class Case(NamedTuple):
    """A faulty file, where the fault is found, and its good twin."""

    rule: str
    bad: bytes
    place: tuple[str, int | None, int | None]
    good: bytes
    options: dict[str, Any] = {}  # noqa: RUF012
    good_options: dict[str, Any] | None = None


def grader_case(level: str, options: dict[str, Any]) -> Case:
    """The same rows with a faulty grader and with a good one."""
    return Case("grader", GRADED, (level, None, None), GRADED, options, WHOLE)


FILES = [
    Case("byte-order-mark", b"\xef\xbb\xbf" + PLAIN, ("info", 1, None), PLAIN),
    Case("blank-lines", PLAIN.replace(b"\n", b"\n \n", 1), ("warning", 2, None), PLAIN),
    Case(
        "line-ends",
        PLAIN.replace(b"\n", b"\r", 3),
        ("warning", 1, None),
        PLAIN.replace(b"\n", b"\r\n").removesuffix(b"\r\n"),
    ),
    Case("empty-file", b"", ("error", None, None), PLAIN),
    Case("empty-file", b"\xef\xbb\xbf\n\n", ("error", None, None), PLAIN),
    Case("minimum-examples", b"".join(PLAIN.splitlines(True)[:9]), ("error", None, None), PLAIN),
    Case("minimum-examples", b"".join(PLAIN.splitlines(True)[:49]), ("warning", None, None), PLAIN),
    Case(
        "training-tokens", PLAIN, ("error", None, None), PLAIN, {"epochs": 2_000_000}, {"epochs": 3}
    ),
    Case(
        "same-system",
        lines(chat(say("system", "Be brief."), say("user", "a"), say("assistant", "b"))) + PLAIN,
        ("info", None, None),
        PLAIN,
    ),
    Case("duplicate-row", PLAIN + lines(numbered_rows(7)), ("warning", 61, 61), PLAIN),
    Case(
        "different-answers",
        PLAIN + lines(chat(numbered_rows(7)["messages"][0], say("assistant", "No idea."))),
        ("info", 61, 61),
        PLAIN,
    ),
    Case(
        "validation-overlap",
        PLAIN,
        ("error", 8, 8),
        PLAIN,
        {"validation": [MORE_PLAIN + lines(numbered_rows(7))]},
        {"validation": [MORE_PLAIN]},
    ),
    Case(
        "image-contents",
        PLAIN + lines(look(picture("https://a.com/b.png"))),
        ("info", None, None),
        PLAIN,
    ),
    Case("vocabulary", PLAIN, ("info", None, None), PLAIN, {"model": "gpt-9"}, {"model": MINI}),
    Case("vocabulary", PLAIN, ("info", None, None), PLAIN, {"model": "Ministral-3B"}, {}),
    Case(
        "model-method",
        lines(*(preference(number) for number in range(60))),
        ("error", None, None),
        lines(*(preference(number) for number in range(60))),
        {"model": "gpt-4o-mini-2024-07-18"},
        {"model": MINI},
    ),
    Case("rft-validation-file", GRADED, ("error", None, None), GRADED, RFT, WHOLE),
    grader_case("error", {**WHOLE, "grader": {**GRADER, "operation": "equal"}}),
    grader_case("warning", {**WHOLE, "grader": NAMELESS}),
    grader_case("info", {**WHOLE, "grader": None, "method": "rft"}),
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


def test_every_rule_is_tested() -> None:
    """Every rule of the table has a case, but for those that only explain or cannot be judged."""
    tested = {case.rule for case in FILES} | {case.rule for case in CASES}
    elsewhere = {"file-size", "image-examples"}
    never = {"alternation", "message-overhead", "image-tokens", "moderation"}

    assert {rule.id for rule in RULES} - tested - elsewhere == never
