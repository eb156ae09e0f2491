"""Deployments, and the pins that keep them, as response bodies. Pure functions."""

from datetime import datetime

from api.presenters import time
from api.presenters.costs import amount, hosting_hours
from api.schemas import deployments as schemas
from shared.billing.spending import spending
from shared.clients.deployments import DeploymentFacts as Found
from shared.deployments import pins
from shared.deployments.idleness import last_use
from shared.deployments.model_retirement import warnings
from shared.registry import Model, Run
from shared.registry.parts import IdleVerdict
from shared.registry.records import iso
from shared.registry.state import Phase
from shared.settings import Settings

_ASLEEP = "It is asleep already, which a pin does not change: POST models/{model}/wake wakes it."


def deployment(
    run: Run, model: Model | None, settings: Settings, now: datetime
) -> schemas.DeploymentFacts:
    """A version's deployment; as far as the registry knows, it retires by `idleness`."""
    used = last_use(run, None)
    end = _retires(run, model, settings, used, now)
    return schemas.DeploymentFacts(
        name=run.deployment.name,
        model=run.model,
        run=run.id,
        phase=run.phase,
        deployed=time(run.deployment.created),
        last_used=time(run.deployment.last_used),
        idle_seconds=max(0, int((now - used).total_seconds())) if used else None,
        retires_at=time(end),
        warning=run.idleness.warning or _warning(end, settings, now),
        sku=run.deployment.sku or None,
        hours=hosting_hours(run, now),
        cost_so_far=amount(spending(run, now).hosting),
        ends=warnings(run, now),
        pinned=pinned_until(model, now),
        decision=_decision(run),
    )


def other_deployment(found: Found) -> schemas.OtherDeployment:
    """A deployment as the service describes it."""
    return schemas.OtherDeployment(
        name=found.name,
        model=found.model,
        tuned=found.is_tuned,
        sku=found.sku,
        state=found.state,
        created=time(found.created_at),
    )


def pin(model: Model, now: datetime, run: Run | None = None) -> schemas.Pin:
    """Whether a model is pinned, until when, and whether its version sleeps already."""
    held = pinned_until(model, now)
    asleep = run is not None and run.phase == Phase.ASLEEP
    hint = _ASLEEP.format(model=model.model) if asleep else None
    return schemas.Pin(model=model.model, pinned=held is not None, until=held, hint=hint)


def pinned_until(model: Model | None, now: datetime) -> str | None:
    """Until when a model is pinned, `for good` for no end; None if it is not."""
    if model is None or not pins.is_pinned(model, now):
        return None
    return time(pins.end(model)) or pins.FOR_GOOD


def _decision(run: Run) -> schemas.Decision | None:
    if not run.idleness.verdict:
        return None
    return schemas.Decision(
        verdict=run.idleness.verdict,
        evidence=run.idleness.evidence,
        at=time(run.idleness.judged),
        since=time(run.idleness.unknown_since),
    )


def _retires(
    run: Run,
    model: Model | None,
    settings: Settings,
    used: datetime | None,
    now: datetime,
) -> datetime | None:
    if used is None or settings.dry_run or not run.resting:
        return None
    if run.idleness.verdict == IdleVerdict.UNKNOWN:
        return None  # nobody can say whether it is idle, so it is not deleted
    if run.phase == Phase.SUPERSEDED:
        return used + settings.keep_previous
    idle = used + settings.idle_after
    if model is None or not pins.is_pinned(model, now):
        return idle
    unpinned = pins.end(model)
    return max(idle, unpinned) if unpinned else None


def _warning(end: datetime | None, settings: Settings, now: datetime) -> str | None:
    if end is None or end - now > settings.idle_warning:
        return None
    if end <= now:
        return "It will be deleted by the next daily round unless it is used."
    return f"It will be deleted after {iso(end)} unless it is used."
