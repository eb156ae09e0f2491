"""The generated documentation of the rules."""

from pathlib import Path

from shared.validation.rules import RULES
from tools.validation_reference import page

_PAGE = Path(__file__).parents[2] / "docs" / "validation.md"


def test_page_is_that_of_the_rules() -> None:
    """`docs/validation.md` is what the rules generate; if not, generate it again."""
    written = _PAGE.read_text(encoding="utf-8")

    assert written.split() == page().split()


def test_rules_are_numbered_through_and_have_everything() -> None:
    """The table has the numbers 1 to 77, each id once, and every rule has source and next step."""
    assert [rule.number for rule in RULES] == list(range(1, 78))
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.says and rule.hint and rule.source for rule in RULES)
    assert all(rule.id == rule.id.lower() and " " not in rule.id for rule in RULES)
