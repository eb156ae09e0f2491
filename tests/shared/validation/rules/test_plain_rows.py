"""Every rule is checked in plain rows, too, which skip the rules about single rows."""

import pytest

from shared.validation.scan import Scan
from tests.shared.validation.rows import check, lines, numbered_rows
from tests.shared.validation.rules import Case
from tests.shared.validation.rules.cases import CASES

SFT = [case for case in CASES if case.method == "sft"]


@pytest.mark.parametrize("case", SFT, ids=lambda case: f"{case.rule}-{case.path}")
def test_fault_is_found_among_plain_rows(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """A faulty row between plain rows is found as if every row were checked on its own."""
    data = lines(*map(numbered_rows, range(30)), case.bad, *map(numbered_rows, range(30, 60)))
    fast = check(data, **case.options).rules

    monkeypatch.setattr(Scan, "_plain_rows", lambda *_: None)

    assert fast == check(data, **case.options).rules
