"""A rule: its texts, its level and source, and for rules about single rows the check.

The other rules are checked where the file is read, counted or summarized.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shared.validation.example import Example


class Level(StrEnum):
    """How severe a breach is."""

    ERROR = "error"
    """The service would refuse the file, or train something other than what was meant."""
    WARNING = "warning"
    """The service accepts it, but it is probably a mistake."""
    INFO = "info"
    """For information."""


class Basis(StrEnum):
    """Where a rule comes from."""

    DOCUMENTED = "D"
    """Azure's documentation."""
    SPECIFIED = "S"
    """OpenAI's specification or guide."""
    REPORTED = "U"
    """Reports by users of the services."""
    INFERRED = "I"
    """The rules of chat completions, not confirmed for fine-tuning."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One breach of a rule at one place in a row (or in the file, path `$`)."""

    rule: "Rule"
    path: str
    value: object
    message: str
    level: Level
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the rule table. `id` is stable: reports and people refer to it."""

    number: int
    id: str
    group: str
    says: str
    level: Level
    basis: Basis
    source: str
    hint: str
    check: "Check | None" = field(default=None, compare=False, repr=False)

    def fault(
        self,
        path: str,
        value: object,
        message: str,
        *,
        level: Level | None = None,
        hint: str | None = None,
    ) -> Fault:
        """A breach of this rule; level and hint default to those of the rule."""
        return Fault(self, path, value, message, level or self.level, hint or self.hint)


Check = Callable[["Example"], Iterator[Fault]]


@dataclass(slots=True)
class Group:
    """A titled part of the rule table, in the order of its rules."""

    title: str
    applies: "Callable[[Example], bool]" = field(default=lambda _: True)
    """Rows for which it is False cannot break a rule of the group, so none is checked."""
    rules: list[Rule] = field(default_factory=list)

    def rule(
        self,
        number: int,
        name: str,
        says: str,
        level: Level,
        basis: Basis,
        source: str,
        hint: str,
        check: Check | None = None,
    ) -> Rule:
        """Add a rule to the table."""
        rule = Rule(
            number=number,
            id=name,
            group=self.title,
            says=says,
            level=level,
            basis=basis,
            source=source,
            hint=hint,
            check=check,
        )
        self.rules.append(rule)
        return rule

    def check(
        self,
        number: int,
        name: str,
        says: str,
        level: Level,
        basis: Basis,
        source: str,
        hint: str,
    ) -> Callable[[Check], Rule]:
        """Add a rule whose check is the decorated function, run once for every row."""

        def add(check: Check) -> Rule:
            return self.rule(number, name, says, level, basis, source, hint, check)

        return add
