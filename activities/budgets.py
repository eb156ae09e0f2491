"""Hold a run against the budgets, with what all runs have cost so far."""

from datetime import timedelta

from shared import accounts, clock
from shared.money import Amount, total
from shared.money.budget import Cost, above_month, above_run, expected, rest_of_month
from shared.pipeline import Outcome
from shared.registry import Version
from shared.registry.ledger import month_of
from shared.registry.rows import iso, when
from shared.room import Line
from shared.settings import settings

CODE = "budget"


def above_budget(version: Version, line: Line) -> Outcome | None:
    """The wait for an approval; refused when nobody gave one in time; None if none is needed."""
    if version.approved:
        return None
    reason = _above_run(version) or _above_month(version, line)
    return _wait(version, reason) if reason else None


def _wait(version: Version, reason: str) -> Outcome:
    now, wanted = clock.now(), settings()
    waits = version.waits_for == CODE and when(version.waits_since)
    ends = (waits or now) + wanted.approval_deadline
    if now >= ends:
        message = f"Nobody approved it within {wanted.approval_deadline}. {reason}"
        hint = f"Drop {version.dataset} again and say POST runs/{version.run}/approve."
        return Outcome.refused("not_approved", message, hint=hint)
    hint = f"POST runs/{version.run}/approve lets it go on; without that it ends at {iso(ends)}."
    return Outcome.wait(CODE, reason, hint=hint)


def _above_run(version: Version) -> str:
    wanted = settings()
    if wanted.budget_run is None:
        return ""
    cost = expected(version, wanted.deployment_sku, wanted.idle_after)
    return above_run(cost, wanted.budget_run)


def _above_month(version: Version, line: Line) -> str:
    now, wanted = clock.now(), settings()
    if wanted.budget_month is None:
        return ""
    month = month_of(now)
    span = rest_of_month(now, wanted.idle_after)
    cost = expected(version, wanted.deployment_sku, span)
    past = total(one.spending.total for one in accounts.of_month(month, now))
    return above_month(cost, month, past, _awaited(line, span), wanted.budget_month)


def _awaited(line: Line, span: timedelta) -> Amount:
    """What the runs that come before this one will cost, as far as they have not begun to."""
    before = line.before(None, lambda row: row.waits_for != CODE and not row.live_since)
    sku = settings().deployment_sku
    return total(_left(row, expected(row, sku, span)) for row in before)


def _left(row: Version, cost: Cost) -> Amount:
    return cost.hosting if row.trainings else cost.total
