"""The record of a timer in the storage account, in the real host's place and form."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.functions_host.storage import Account

NEVER = datetime.min.replace(tzinfo=UTC)
"""`Last` of a timer that has not run yet; written without an offset, as .NET writes it."""


@dataclass(frozen=True)
class Status:
    """When a timer last ran, when it is to run next, and when this was written."""

    last: datetime
    next: datetime
    updated: datetime

    def to_dict(self) -> dict[str, str]:
        """The form that is stored, and that a function sees as its schedule_status."""
        return {
            "Last": _text(self.last),
            "Next": _text(self.next),
            "LastUpdated": _text(self.updated),
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "Status":
        """Read the stored form, times of any offset."""
        last, due, updated = (_time(content[key]) for key in ("Last", "Next", "LastUpdated"))
        return cls(last, due, updated)


class StatusRecord:
    """One timer's record: `azure-webjobs-hosts/timers/{host id}/{Host.Functions.x}/status`."""

    def __init__(self, account: Account, host_id: str, listener: str) -> None:
        self._account = account
        self._path = f"timers/{host_id}/{listener}/status"

    async def read(self) -> Status | None:
        """The record, or None if there is none or it cannot be read."""
        content = await self._account.read("azure-webjobs-hosts", self._path)
        if content is None:
            return None
        try:
            return Status.from_dict(json.loads(content))
        except (ValueError, KeyError, TypeError):
            return None

    async def write(self, status: Status) -> None:
        """Replace the record."""
        content = json.dumps(status.to_dict(), separators=(",", ":")).encode()
        await self._account.write("azure-webjobs-hosts", self._path, content)


def _text(when: datetime) -> str:
    return (when.replace(tzinfo=None) if when == NEVER else when).isoformat()


def _time(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
