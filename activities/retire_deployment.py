"""Retire one deployment if three witnesses agree that nobody uses it (docs/design.md §6)."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from activities._deployment_deletion import finish_deletion
from activities._runner import outcome_of
from shared import clock
from shared.clients.metrics import last_requests
from shared.deployments import pins
from shared.deployments.daily_round import daily_rounds
from shared.deployments.idleness import Decision, Monitor, judge
from shared.deployments.missing import check_deployment
from shared.errors import ServiceError
from shared.models import DEFAULT_FORMAT, find_model
from shared.registry import Run, registry
from shared.registry.parts import Idleness, IdleVerdict
from shared.registry.records import iso
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome, RunRef
from shared.settings import settings

log = logging.getLogger("tunedrop.retire")

MONITOR_KEEPS = timedelta(days=90)  # Azure Monitor keeps metrics for 93 days


def retire_deployment(payload: object) -> dict[str, Any]:
    """Done when the deployment is gone; refused, with the evidence, when it is kept.

    The evidence is kept with the run, and each change of the decision is a line in its timeline.
    """
    ref = RunRef.from_dict(payload)
    outcome = outcome_of(ref, lambda: _retire(ref))
    log.debug("%s: %s: %s", ref.run, outcome.code, outcome.message)
    return outcome.to_dict()


def _retire(ref: RunRef) -> Outcome:
    run = registry().get(ref.run)
    if not run.deployment.name:
        return _outcome("gone", "It no longer has a deployment.")
    if run.deployment.retiring:
        return _delete(run, "started before")
    if not run.resting:
        return Outcome.refuse(IdleVerdict.KEEP, f"It is {run.phase}.")
    try:
        gone = check_deployment(run)
    except ServiceError as error:
        return _keep(run, Decision(IdleVerdict.UNKNOWN, str(error)))
    if gone:
        return _outcome("gone", "The deployment was already deleted.")
    decision = _judge(run)
    if decision.verdict != IdleVerdict.RETIRE:
        return _keep(run, decision)
    if settings().dry_run:
        _note(run, IdleVerdict.DRY_RUN, decision)
        return Outcome.refuse(IdleVerdict.DRY_RUN, f"It would be deleted: {decision.reason}")
    return _delete(_mark_retiring(run, decision), decision.reason)


def evict(run: Run, idle_after: timedelta, why: str) -> Outcome:
    """Delete a deployment so that another fits, by the rules of the daily round.

    Args:
        run: Whose deployment it is.
        idle_after: For how long nobody may have used it.
        why: Who needs the room, for the timeline.

    Returns:
        Done or a wait when it goes, refused when it stays.
    """
    if run.deployment.retiring:
        return _delete(run, "started before")
    decision = _judge(run, idle_after)
    if decision.verdict != IdleVerdict.RETIRE or settings().dry_run:
        return Outcome.refuse(decision.verdict, decision.reason)
    explained = replace(decision, reason=f"{why}; {decision.reason}")
    return _delete(_mark_retiring(run, explained), explained.reason)


def _judge(run: Run, idle_after: timedelta | None = None) -> Decision:
    now = clock.now()
    model = registry().model(run.model)
    wanted = settings()
    return judge(
        run,
        _ask_monitor(run, now),
        pinned=pins.is_pinned(model, now),
        now=now,
        idle_after=idle_after or wanted.idle_after,
        idle_warning=wanted.idle_warning,
        keep_previous=idle_after or wanted.keep_previous,
    )


def _ask_monitor(run: Run, now: datetime) -> Monitor:
    name = run.deployment.name
    base = find_model(run.training.base_model)
    since = max(run.deployment.created or now - MONITOR_KEEPS, now - MONITOR_KEEPS)
    try:
        seen = last_requests([name], since).get(name)
    except ServiceError as error:
        return Monitor(error=str(error))
    return Monitor(seen, counts=base is None or base.format == DEFAULT_FORMAT)


def _mark_retiring(run: Run, decision: Decision) -> Run:
    """The row, marked before anything is deleted; a chat that came in between wins.

    A chat moves `last_used`, so the row is no longer the one that was judged, the conditional
    write fails with `ChangedError`, and the next look judges again.
    """
    asleep = run.phase == Phase.SERVING
    now = clock.now()
    note = f"deployment deleted: {decision.reason}"
    row = run.enter_phase(Phase.ASLEEP, now, note) if asleep else run.add_note(now, note)
    return registry().replace(
        run,
        row.with_deployment(retiring=True, retire_claimed=now).with_idleness(warning=""),
    )


def _delete(run: Run, reason: str) -> Outcome:
    return finish_deletion(run.id) or _outcome(IdleVerdict.RETIRE, f"Deleted: {reason}")


def _keep(run: Run, decision: Decision) -> Outcome:
    if decision.verdict == IdleVerdict.UNKNOWN:
        log.warning("%s: whether its deployment is idle is unknown: %s", run.id, decision.reason)
    _note(run, decision.verdict, decision)
    return Outcome.refuse(decision.verdict, decision.reason)


def _note(run: Run, verdict: IdleVerdict, decision: Decision) -> None:
    """Keep the decision. Its evidence changes daily, and the timeline only with the decision."""
    now = clock.now()
    reason = decision.reason
    last_round = daily_rounds().read().ended if verdict == IdleVerdict.UNKNOWN else None

    def note(row: Run) -> Run:
        if row.deployment.created != run.deployment.created or not row.deployment.name:
            return row  # it is about another deployment than the one that is there now
        if row.idleness.verdict != verdict:
            row = row.add_note(now, f"{verdict}: {reason}")
        if verdict == IdleVerdict.UNKNOWN:
            return replace(row, idleness=_unknown(row.idleness, reason, now, last_round))
        warning = reason if verdict == IdleVerdict.WARN else ""
        known = Idleness(verdict=verdict, evidence=reason, judged=now, warning=warning)
        return replace(row, idleness=known)

    registry().change(run.id, note)


def _unknown(before: Idleness, reason: str, now: datetime, last_round: datetime | None) -> Idleness:
    """The verdict `unknown`; it counts once for each round, however often a round judges."""
    again = before.verdict == IdleVerdict.UNKNOWN
    same_round = again and before.judged and (last_round is None or before.judged > last_round)
    since = before.unknown_since if again and before.unknown_since else now
    return Idleness(
        verdict=IdleVerdict.UNKNOWN,
        evidence=reason,
        judged=now,
        warning=f"Whether it is idle is unknown since {iso(since)}, so it is not deleted, and its "
        f"hours are charged: {reason}",
        unknown_since=since,
        unknown_rounds=before.unknown_rounds + (0 if same_round else 1) if again else 1,
    )


def _outcome(code: str, message: str) -> Outcome:
    return replace(Outcome.done(message), code=code)
