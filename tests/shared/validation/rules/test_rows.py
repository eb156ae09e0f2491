"""The rules about single rows: the fault is found in its place, and the good twin passes."""

import pytest

from shared.validation.rules import RULES
from tests.shared.validation.rows import LINE, check, embed
from tests.shared.validation.rules import Case
from tests.shared.validation.rules.cases import CASES


def name_of(case: Case) -> str:
    """What the case is called in the output."""
    return f"{case.rule}-{case.path}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_fault_is_found_in_its_place(case: Case) -> None:
    """The faulty row is found by its rule at the right line, example and path, with a hint."""
    report = check(embed(case.bad, case.method), **case.options)

    found = [finding for finding in report.findings if finding.rule == case.rule]
    places = {(f.level, f.line, f.example, f.path) for f in found}
    assert (case.level, LINE, LINE - 1, case.path) in places
    assert all(finding.hint and finding.basis in "DSUI" for finding in found)
    assert report.ok == (not report.counts["error"])


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_good_twin_passes(case: Case) -> None:
    """The same file without the fault gives no such finding, and no error."""
    report = check(embed(case.good, case.method), **case.options)

    errors = [f for f in report.findings if f.level == "error" and f.rule != "rft-validation-file"]
    assert errors == []
    assert case.rule not in report.rules


def test_every_row_rule_is_in_the_table() -> None:
    """No rule with a check of its own is left out of the table, but the one that finds nothing."""
    tested = {case.rule for case in CASES}

    missing = {rule.id for rule in RULES if rule.check} - tested - {"alternation"}
    assert missing == set()
