"""The rule table, one module per group."""

from shared.validation.rule import Rule
from shared.validation.rules import (
    calls,
    content,
    file,
    images,
    preference,
    quality,
    reinforcement,
    roles,
    tokens,
    tools,
    top,
)

_MODULES = (
    file,
    top,
    roles,
    content,
    tools,
    calls,
    images,
    tokens,
    preference,
    reinforcement,
    quality,
)

RULES: tuple[Rule, ...] = tuple(
    sorted((rule for module in _MODULES for rule in module.GROUP.rules), key=lambda r: r.number)
)
"""Every rule, in the order of the table."""

TEXT_RULES: tuple[Rule, ...] = tuple(rule for rule in quality.GROUP.rules if rule.check)
"""The rules that read every text of a row; they cost the most and are asked only of suspects."""

ROW_RULES: tuple[Rule, ...] = tuple(rule for rule in RULES if rule.check and rule not in TEXT_RULES)
"""The other rules that look at one row."""
