"""Which events were delivered; each is sent until the receiver accepts it, or tries run out."""

from dataclasses import dataclass
from typing import Any

from local.azure.database import Database
from local.azure.fine_tuning.job import TERMINAL, Job
from local.azure.fine_tuning.state import Jobs

MAX_TRIES = 6
SCHEMA = """
CREATE TABLE IF NOT EXISTS deliveries (
    job TEXT PRIMARY KEY, tries INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0
);
"""


@dataclass(frozen=True)
class Delivery:
    """One event that the receiver has not accepted yet."""

    job: Job
    tries: int

    @property
    def id(self) -> str:
        """The same for each try, so that the receiver can recognise repetitions."""
        return f"wh_{self.job.key}"

    def to_json(self) -> dict[str, Any]:
        """The event."""
        return {
            "object": "event",
            "id": f"evt_{self.job.key}",
            "type": f"fine_tuning.job.{self.job.status}",
            "created_at": int(self.job.finished_at or 0),
            "data": {"id": self.job.id},
        }


class Deliveries:
    """The events of finished jobs and how often each was sent."""

    def __init__(self, database: Database, jobs: Jobs) -> None:
        self._database, self._jobs = database, jobs
        database.define(SCHEMA)

    def pending(self) -> list[Delivery]:
        """The events that are still to be accepted, oldest first."""
        rows = self._database.rows("SELECT * FROM deliveries")
        known = {row["job"]: row for row in rows}
        found = []
        for job in reversed(self._jobs.every()):
            row = known.get(job.id)
            tries = row["tries"] if row else 0
            if job.status in TERMINAL and tries < MAX_TRIES and not (row and row["done"]):
                found.append(Delivery(job, tries))
        return found

    def record_try(self, delivery: Delivery, *, taken: bool) -> None:
        """Counts a try and keeps whether the receiver accepted it."""
        self._database.change(
            "INSERT INTO deliveries VALUES (?, 1, ?)"
            " ON CONFLICT DO UPDATE SET tries = tries + 1, done = excluded.done",
            delivery.job.id,
            int(taken),
        )
