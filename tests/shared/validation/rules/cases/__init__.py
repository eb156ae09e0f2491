"""The cases of the rules about single rows, by what the rules are about."""

from tests.shared.validation.rules.cases import (
    content,
    images,
    preference,
    quality,
    reinforcement,
    roles,
    syntax,
    tools,
)

CASES = [
    *syntax.CASES,
    *roles.CASES,
    *content.CASES,
    *tools.CASES,
    *images.CASES,
    *preference.CASES,
    *reinforcement.CASES,
    *quality.CASES,
]
