"""Retire one deployment if three witnesses agree that nobody uses it (docs/design.md §6)."""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

from activities._deployment_deletion import finish_deletion
from activities._runner import outcome_of
from shared import clock
from shared.clients.metrics import last_requests
from shared.deployments import pins
from shared.deployments.idleness import Decision, Verdict, judge
from shared.deployments.missing import check_deployment
from shared.registry import Run, registry
from shared.registry.records import iso, when
from shared.registry.state import Phase
from shared.runs.orchestration import Outcome, RunRef
from shared.settings import settings

log = logging.getLogger("tunedrop.retire")

DRY_RUN = "dry_run"
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
    version = registry().get(ref.run)
    if not version.deployment.name:
        return _outcome("gone", "It has no deployment any more.")
    if version.deployment.retiring:
        return _delete(version, "started before")
    if not version.resting:
        return Outcome.refuse(Verdict.KEEP, f"It is {version.phase}.")
    if check_deployment(version):
        return _outcome("gone", "It was gone already.")
    decision = _judge(version)
    if decision.verdict != Verdict.RETIRE:
        _note(version, decision.verdict, decision)
        return Outcome.refuse(decision.verdict, decision.reason)
    if settings().dry_run:
        _note(version, DRY_RUN, decision)
        return Outcome.refuse(DRY_RUN, f"It would be deleted: {decision.reason}")
    return _delete(_mark_retiring(version, decision), decision.reason)


def evict(version: Run, idle_after: timedelta, why: str) -> Outcome:
    """Delete a deployment so that another fits, by the rules of the daily round.

    Args:
        version: Whose deployment it is.
        idle_after: For how long nobody may have used it.
        why: Who needs the room, for the timeline.

    Returns:
        Done or a wait when it goes, refused when it stays.
    """
    if version.deployment.retiring:
        return _delete(version, "started before")
    decision = _judge(version, idle_after)
    if decision.verdict != Verdict.RETIRE or settings().dry_run:
        return Outcome.refuse(decision.verdict, decision.reason)
    explained = replace(decision, reason=f"{why}; {decision.reason}")
    return _delete(_mark_retiring(version, explained), explained.reason)


def _judge(version: Run, idle_after: timedelta | None = None) -> Decision:
    """The verdict. If Monitor cannot be asked, its error rises and nothing is deleted."""
    now = clock.now()
    since = max(when(version.deployment.created) or now - MONITOR_KEEPS, now - MONITOR_KEEPS)
    seen = last_requests([version.deployment.name], since).get(version.deployment.name)
    model = registry().model(version.model)
    wanted = settings()
    return judge(
        version,
        seen=seen,
        pinned=pins.is_pinned(model, now),
        now=now,
        idle_after=idle_after or wanted.idle_after,
        idle_warning=wanted.idle_warning,
        keep_previous=idle_after or wanted.keep_previous,
    )


def _mark_retiring(version: Run, decision: Decision) -> Run:
    """The row, marked before anything is deleted; a chat that came in between wins.

    A chat moves `last_used`, so the row is no longer the one that was judged, the conditional
    write fails with `ChangedError`, and the next look judges again.
    """
    asleep = version.phase == Phase.SERVING
    now = clock.now()
    note = f"deployment deleted: {decision.reason}"
    row = version.enter_phase(Phase.ASLEEP, now, note) if asleep else version.add_note(now, note)
    return registry().replace(
        version,
        row.with_deployment(retiring=True, retire_claimed=iso(now)).with_idleness(warning=""),
    )


def _delete(version: Run, reason: str) -> Outcome:
    return finish_deletion(version.id) or _outcome(Verdict.RETIRE, f"Deleted: {reason}")


def _note(version: Run, verdict: str, decision: Decision) -> None:
    """Keep the decision. Its evidence changes daily, and the timeline only with the decision."""
    now = clock.now()
    reason = decision.reason
    warning = reason if decision.verdict == Verdict.WARN else ""

    def note(row: Run) -> Run:
        if row.deployment.created != version.deployment.created or not row.deployment.name:
            return row  # it is about another deployment than the one that is there now
        if row.idleness.verdict != verdict:
            row = row.add_note(now, f"{verdict}: {reason}")
        return row.with_idleness(warning=warning, verdict=verdict, evidence=reason, judged=iso(now))

    registry().change(version.id, note)


def _outcome(code: str, message: str) -> Outcome:
    return replace(Outcome.done(message), code=code)
