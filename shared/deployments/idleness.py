"""Is a deployment idle? Pure rules over evidence from three witnesses (docs/design.md §6)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.registry import Run
from shared.registry.parts import IdleVerdict
from shared.registry.records import iso
from shared.registry.state import Phase


@dataclass(frozen=True)
class Decision:
    """A verdict with the evidence that led to it, in one sentence."""

    verdict: IdleVerdict
    reason: str


@dataclass(frozen=True)
class Monitor:
    """What Azure Monitor says of a deployment.

    Attributes:
        seen: The last successful request that it knows of; None if it knows of none.
        error: Why it could not be asked, with the next step; empty if it answered.
        counts: Whether it is known to count requests of this model.
    """

    seen: datetime | None = None
    error: str = ""
    counts: bool = True


def judge(
    run: Run,
    monitor: Monitor,
    *,
    pinned: bool,
    now: datetime,
    idle_after: timedelta,
    idle_warning: timedelta,
    keep_previous: timedelta,
) -> Decision:
    """Decide on the deployment of `run`.

    Args:
        run: The version, with a deployment.
        monitor: What Azure Monitor says.
        pinned: Whether somebody exempted its model.
        now: The current time.
        idle_after: How long a serving deployment may be idle.
        idle_warning: How long before that it is warned of.
        keep_previous: How long a superseded one stays, counted from its last use.
    """
    last = last_use(run, monitor.seen)
    if last is None and not monitor.error:
        return Decision(IdleVerdict.KEEP, "nothing is known of its creation or use")
    idle = now - last if last else timedelta()
    limit = keep_previous if run.phase == Phase.SUPERSEDED else idle_after
    evidence = f"{_evidence(run, monitor)}; idle for {_days(idle)}, limit {_days(limit)}"
    if pinned and run.phase != Phase.SUPERSEDED:
        return Decision(IdleVerdict.PINNED, evidence)
    if monitor.error:
        return Decision(IdleVerdict.UNKNOWN, f"{monitor.error} ({evidence})")
    if idle >= limit:
        return Decision(IdleVerdict.RETIRE, evidence)
    if run.phase == Phase.SERVING and idle >= limit - idle_warning:
        return Decision(IdleVerdict.WARN, evidence)
    return Decision(IdleVerdict.KEEP, evidence)


def last_use(run: Run, seen: datetime | None) -> datetime | None:
    """The latest of the registry's word, Monitor's word, creation, and being superseded."""
    times = [
        run.deployment.last_used,
        run.deployment.created,
        run.deployment.superseded_since,
    ]
    known = [time for time in (*times, seen) if time is not None]
    return max(known, default=None)


def _evidence(run: Run, monitor: Monitor) -> str:
    created, used = run.deployment.created, run.deployment.last_used
    return (
        f"created {iso(created) if created else 'at an unknown time'}, "
        f"registry {iso(used) if used else 'never'}, Monitor {_monitor_evidence(monitor)}"
    )


def _monitor_evidence(monitor: Monitor) -> str:
    if monitor.error:
        return "not known"
    if monitor.seen:
        return iso(monitor.seen)
    if monitor.counts:
        return "no request"
    return "no request, but it may not count those of this model: only the registry is a witness"


def _days(span: timedelta) -> str:
    return f"{span / timedelta(days=1):.1f} days"
