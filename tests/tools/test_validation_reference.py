"""The generated documentation of the rules."""

from shared.validation.rules import RULES
from tools.validation_reference import PAGE, page


def test_page_is_that_of_the_rules() -> None:
    """`python -m tools.validation_reference` writes it again."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_rules_are_numbered_through_and_have_everything() -> None:
    """Numbers go up from 1, each id is there once, and every rule has source and next step."""
    assert [rule.number for rule in RULES] == list(range(1, len(RULES) + 1))
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.says and rule.hint and rule.source for rule in RULES)
    assert all(rule.id == rule.id.lower() and " " not in rule.id for rule in RULES)
