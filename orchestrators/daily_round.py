"""The daily round: deployments, what a crash or a lost event left, and the rows of use.

The timer begins it. A timer can stop, so a round that is overdue is begun by whatever comes next: a
drop, a webhook, a call of `GET health/details`.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestrators.client import start_retire
from orchestrators.reconcile import reconcile
from shared import clock
from shared.billing.usage.folding import fold_usage
from shared.deployments.daily_round import DAY, daily_rounds
from shared.registry.records import iso
from shared.runs.retention import delete_expired_reports

log = logging.getLogger("tunedrop.triggers")

_rounds: set["asyncio.Task[None]"] = set()


async def begin_daily_round(
    client: Any, schedule_status: dict[str, Any], *, past_due: bool
) -> None:
    """Begin the round that the timer is due for, and see it reconciled.

    Args:
        client: A durable client.
        schedule_status: Of the timer; it gives the time between two rounds.
        past_due: Whether the timer itself is late.
    """
    started = await start_retire(client)
    before = await asyncio.to_thread(daily_rounds().read)
    now = clock.now()
    due = now + _interval(schedule_status)
    await asyncio.to_thread(daily_rounds().record_start, now, due=due)
    late = " (late)" if past_due else ""
    ended = iso(before.ended) if before.ended else "never"
    what = "started" if started else "the last check is still active"
    log.info("retire%s: %s; the last round ended: %s", late, what, ended)
    await _finish(client)


async def begin_overdue_round(client: Any, occasion: str) -> None:
    """Begin a round if one is overdue. It never fails what it is called by, and is not waited for.

    Args:
        client: A durable client.
        occasion: What came, for the log.
    """
    try:
        before = await asyncio.to_thread(daily_rounds().claim_overdue)
        if before is None:
            return
        log.warning(
            "the daily round was due at %s and did not start: %s begins it; the last one ended: %s",
            iso(before.due),
            occasion,
            iso(before.ended) if before.ended else "never",
        )
        await start_retire(client)
    except Exception:
        log.exception("whether the daily round is overdue is not known; the next call looks again")
        return
    task = asyncio.ensure_future(_finish_later(client))
    _rounds.add(task)
    task.add_done_callback(_rounds.discard)


async def _finish(client: Any) -> None:
    """What belongs to a round beside the check of deployments."""
    await reconcile(client)
    fewer = await asyncio.to_thread(fold_usage)
    log.info("usage: %d rows were folded into others", fewer)
    await asyncio.to_thread(delete_expired_reports)


async def _finish_later(client: Any) -> None:
    try:
        await _finish(client)
    except Exception:
        log.exception("the daily round was not finished; the next one does what is left")


def _interval(schedule_status: dict[str, Any]) -> timedelta:
    """The time between two rounds; a day where the timer does not say, as before its first run."""
    last, following = _time(schedule_status.get("Last")), _time(schedule_status.get("Next"))
    if last is None or following is None or following <= last:
        return DAY
    return following - last


def _time(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    # .NET's "never"
    return at if at.year > 1 else None
