"""Hold a run against the budgets, and let a person approve one that is above them."""

from dataclasses import replace
from datetime import timedelta

from shared import clock
from shared.admission import queue
from shared.admission.budget import above_month, above_run, rest_of_month
from shared.admission.queue import Line
from shared.billing import FREE, Amount, accounts, total
from shared.billing.forecast import Cost, forecast_run
from shared.errors import RequestError
from shared.registry import Run, registry
from shared.registry.ledger import month_of
from shared.registry.records import BUDGET, iso
from shared.registry.state import BEFORE_ADMISSION
from shared.runs.orchestration import Outcome, Result
from shared.settings import settings


def check_budget(run: Run, line: Line) -> Outcome | None:
    """The wait for an approval; refused when nobody gave one in time; None if none is needed."""
    if run.admission.approved:
        return None
    reason = _above_run(run) or _above_month(run, line)
    return _wait(run, reason) if reason else None


def check_wake_budget(run: Run) -> Outcome | None:
    """The same for a version that is being woken: its hosting is held against the month's budget.

    Only before its deployment is made: one that is there costs money whoever approves it.
    """
    if not run.deployment.waking_since or run.admission.approved or settings().budget_month is None:
        return None
    reason = _above_month(run, queue.line(run))
    return _wait(run, reason) if reason else None


def mark_waiting(run: Run) -> Run:
    """A row that is being woken, which says at once if that waits for an approval."""
    if run.deployment.name or run.admission.waits_for:
        return run
    found = check_wake_budget(run)
    if found is None or found.result != Result.WAIT:
        return run

    def wait(row: Run) -> Run:
        if (
            row.deployment.waking_since != run.deployment.waking_since
            or row.admission.approved
            or row.admission.waits_for
        ):
            return row
        return replace(queue.mark_waiting(row, BUDGET, clock.now()), waiting=found.text)

    return registry().change(run.id, wait)


def approve(run: str) -> Run:
    """Let a run exceed the budgets; its next look at its row goes on.

    Raises:
        NotFoundError: if there is no such run.
        RequestError: (409) if it was let in, or ended, without an approval.
    """

    def allow(row: Run) -> Run:
        if row.admission.approved:
            return row
        if not _awaits_approval(row):
            message = f"Run {run} is {row.phase} and does not wait for an approval."
            raise RequestError("nothing_to_approve", message, status=409, param="id")
        now = clock.now()
        return row.add_note(now, "approved above the budget").with_admission(approved=now)

    return registry().change(run, allow)


def _awaits_approval(row: Run) -> bool:
    if row.deployment.waking_since:
        return row.admission.waits_for == BUDGET
    return row.phase in BEFORE_ADMISSION and not row.admission.admitted


def _wait(run: Run, reason: str) -> Outcome:
    now, wanted = clock.now(), settings()
    waits = run.admission.waits_since if run.admission.waits_for == BUDGET else None
    ends = (waits or now) + wanted.approval_deadline
    approve = f"POST runs/{run.id}/approve"
    if now >= ends:
        message = f"Nobody approved it within {wanted.approval_deadline}. {reason}"
        again = f"Drop {run.dataset.blob} again and call {approve}."
        if run.deployment.waking_since:
            again = f"POST models/{run.model}/wake requests it again; then call {approve}."
        return Outcome.refuse("not_approved", message, hint=again)
    hint = f"{approve} continues it; otherwise it ends at {iso(ends)}."
    return Outcome.wait(BUDGET, reason, hint=hint, unbounded=bool(run.deployment.waking_since))


def _above_run(run: Run) -> str:
    wanted = settings()
    if wanted.budget_run is None:
        return ""
    return above_run(_cost(run), wanted.budget_run)


def _above_month(run: Run, line: Line) -> str:
    now, wanted = clock.now(), settings()
    if wanted.budget_month is None:
        return ""
    month = month_of(now)
    span = rest_of_month(now, wanted.idle_after)
    cost = _cost(run, span)
    if run.deployment.waking_since:
        cost = replace(cost, training=FREE)
    past = total(one.spending.total for one in accounts.of_month(month, now))
    return above_month(cost, month, past, _committed_cost(line, span), wanted.budget_month)


def _committed_cost(line: Line, span: timedelta) -> Amount:
    """What the runs that come before this one will cost, as far as they have not yet."""
    before = line.before(
        None, lambda row: not row.awaits_approval and not row.deployment.live_since
    )
    return total(_remaining(row, _cost(row, span)) for row in before if _comes_first(row, line.me))


def _cost(run: Run, span: timedelta | None = None) -> Cost:
    wanted = settings()
    return forecast_run(run, wanted.deployment_sku, wanted.idle_after).cost(span)


def _comes_first(row: Run, me: Run) -> bool:
    """Of two that are being woken the one that began; all others that were let in."""
    its, mine = row.deployment.waking_since, me.deployment.waking_since
    return its is None or mine is None or (its, row.id) < (mine, me.id)


def _remaining(row: Run, cost: Cost) -> Amount:
    return cost.hosting if row.training.charges or row.deployment.waking_since else cost.total
