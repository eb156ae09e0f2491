"""The table of rules, one module per group."""

from collections.abc import Iterator

from shared.validation.example import Example
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
    top_level,
)
from shared.validation.rules.rule import Rule

_MODULES = (
    file,
    top_level,
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
"""The rules that read every text of a row; they cost the most, so only flagged rows are checked."""


def row_rules(example: Example) -> Iterator[Rule]:
    """The other rules about single rows, as far as they can apply to this one."""
    for group, rules in _ROW_GROUPS:
        if group.applies(example):
            yield from rules


_ROW_GROUPS = [
    (module.GROUP, [rule for rule in module.GROUP.rules if rule.check])
    for module in _MODULES
    if module is not quality
]
