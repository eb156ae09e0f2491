"""What a month has cost: the runs' own accounts, and the chats that were counted for them."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from shared.billing import rates, unknown
from shared.billing.spending import Spending, spending
from shared.billing.usage import Row, usage_table
from shared.registry import Run, registry

_UNMETERED = "the service did not report the tokens of all chats"


@dataclass(frozen=True, slots=True)
class Account:
    """What a run, or the base where `run` is empty, has cost."""

    run: str
    model: str
    spending: Spending


def of_month(month: str, now: datetime) -> list[Account]:
    """Every run and the base, as far as they cost something.

    Args:
        month: Such as `2026-11`.
        now: Until when deployments are counted that are there.
    """
    first = date.fromisoformat(f"{month}-01")
    last = first.replace(day=monthrange(first.year, first.month)[1])
    uses = list(usage_table().between(first, last))
    runs = [_of_run(row, now, month) for row in registry().accounts()]
    return merge([*runs, *map(_of_use, uses)])


def chats_of(run: Run, now: datetime) -> Spending:
    """What the chats of one run have cost since it was made."""
    first = run.created.date()
    return of_chats(usage_table().between(first, now.date(), run=run.id))


def of_chats(uses: Iterable[Row]) -> Spending:
    """What some chats have cost together."""
    return sum((_of_use(row).spending for row in uses), Spending())


def merge(accounts: Iterable[Account]) -> list[Account]:
    """One account for each run, those that cost nothing left out."""
    found: dict[tuple[str, str], Account] = {}
    for one in accounts:
        key = (one.run, one.model)
        before = found.get(key, Account(*key, Spending()))
        found[key] = Account(*key, before.spending + one.spending)
    return [one for one in found.values() if one.spending != Spending()]


def _of_run(row: Run, now: datetime, month: str) -> Account:
    return Account(row.id, row.model, spending(row, now, month=month))


def _of_use(row: Row) -> Account:
    used, count = row.use, row.count
    cost = rates(used.base_model).chat(count.prompt_tokens, count.completion_tokens, used.sku)
    if row.count.unmetered:
        cost += unknown(_UNMETERED)
    return Account(row.use.run, row.use.model, Spending(chat=cost))
