"""Use added up by key, model or day, with what its tokens cost."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.billing import FREE, Amount, Rates, rates, total, unknown
from shared.billing.usage.count import Count, Row


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report: a key, a model, a day, or all together."""

    name: str
    count: Count = field(default_factory=Count)
    cost: Amount = FREE


def report(rows: Iterable[Row], by: str) -> tuple[list[Line], Line]:
    """Rows of use added up.

    Args:
        rows: In any order.
        by: `key`, `model` or `day`.

    Returns:
        The lines by name, and all of them in one.
    """
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(getattr(row.use, by)), []).append(row)
    lines = [_line(name, groups[name]) for name in sorted(groups)]
    whole = sum((line.count for line in lines), Count())
    return lines, Line("total", whole, total(line.cost for line in lines))


def prices(rows: Iterable[Row]) -> list[Rates]:
    """The prices that the rows are added up with, one for each base model."""
    found = map(rates, {row.use.base_model for row in rows})
    # A tuned model has the prices of its base.
    return [one for _, one in sorted({known.model: known for known in found}.items())]


def _line(name: str, rows: list[Row]) -> Line:
    counts: dict[tuple[str, str], Count] = {}
    for row in rows:
        charged_as = (row.use.base_model, row.use.sku)
        counts[charged_as] = counts.get(charged_as, Count()) + row.count
    cost = total(_cost(*charged_as, count) for charged_as, count in counts.items())
    return Line(name, sum(counts.values(), Count()), cost)


def _cost(model: str, sku: str, count: Count) -> Amount:
    known = rates(model).chat(count.prompt_tokens, count.completion_tokens, sku)
    if not count.unmetered:
        return known
    return known + unknown("the service did not report the tokens of all chats")
