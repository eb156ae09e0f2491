"""Room at the service, and the line of runs that wait for it.

First come, first served, for each resource by itself: a run that waits for quota does not hold up
one that needs only a place for its file. Nothing is reserved at the service, so what others were
admitted for and have not taken yet is counted with what is taken.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared import clock
from shared.registry import Run, registry
from shared.registry.state import BEFORE_QUEUE, Phase
from shared.settings import settings

FILES = "files_full"
BYTES = "bytes_full"
JOBS = "jobs_full"
ALL_JOBS = "jobs_used_up"
DEPLOYMENTS = "deployments_full"
QUOTA = "quota_full"
#: The service's own words for being full, in small letters.
_FULL = frozenset({"insufficientquota", "deploymentlimitreached", "quotaexceeded"})
#: How many looks a run may miss until it holds up nobody: its orchestration may be dead.
_MISSED = 3
_FIRST = datetime.min.replace(tzinfo=UTC)
_SLOWEST = timedelta(hours=1)  # between two looks, after a wait of days (orchestrators/polling.py)

Needs = Callable[[Run], bool]


def is_full(code: str) -> bool:
    """Whether a refusal by the service ends when somebody makes room."""
    return code.lower() in _FULL


def mark_waiting(row: Run, code: str, now: datetime) -> Run:
    """`row` as one that waits for a resource, and asked for it just now."""
    since = row.admission.waits_since if row.admission.waits_for == code else now
    return row.with_admission(waits_for=code, waits_since=since, last_look=now)


@dataclass(frozen=True)
class Line:
    """The runs under way, as one of them sees them.

    Attributes:
        me: The run that asks.
        rows: All runs that are worked on.
        now: The current time.
        longest: The longest wait between two looks of a run, by the settings.
    """

    me: Run
    rows: Iterable[Run]
    now: datetime
    longest: timedelta

    def before(self, code: str | None, needs: Needs) -> list[Run]:
        """The runs that come before this one for a resource and have not taken it yet.

        Args:
            code: What a run waits for that waits for this resource; None for any.
            needs: Whether a run still needs it.
        """
        return [row for row in self.rows if self._is_before(row, code) and needs(row)]

    def waiting_longer(self, code: str) -> list[Run]:
        """The admitted runs that have found this resource full before this one did."""
        mine = self.me.admission.waits_since if self.me.admission.waits_for == code else self.now
        return [
            row
            for row in self.rows
            if row.id != self.me.id
            and row.phase != Phase.QUEUED
            and row.admission.waits_for == code
            and _is_earlier((row.admission.waits_since, row.id), (mine, self.me.id))
            and self._asks(row)
        ]

    def _is_before(self, row: Run, code: str | None) -> bool:
        if row.id == self.me.id or row.phase in BEFORE_QUEUE:
            return False
        if row.phase != Phase.QUEUED or row.admission.admitted:
            return True
        earlier = _is_earlier(
            (row.admission.queued_since, row.id), (self.me.admission.queued_since, self.me.id)
        )
        competes = code is None or row.admission.waits_for in ("", code)
        return earlier and competes and self._asks(row)

    def _asks(self, row: Run) -> bool:
        asked = row.admission.last_look
        return asked is not None and self.now - asked < _MISSED * max(self.longest, _SLOWEST)


def line(me: Run) -> Line:
    """The line as it is now."""
    return Line(me, registry().active_runs(), clock.now(), settings().poll_max)


def _is_earlier(one: tuple[datetime | None, str], other: tuple[datetime | None, str]) -> bool:
    """Whether one run came before another, by its time and its id. Who has no time came first."""
    return (one[0] or _FIRST, one[1]) < (other[0] or _FIRST, other[1])
