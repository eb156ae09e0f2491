"""A call to the management API, and the options in its query."""

import re
from typing import TYPE_CHECKING

from starlette.requests import Request

from local.functions_host import settings
from local.functions_host.durable.management.dates import unix_time
from local.functions_host.durable.stamps import stamp
from local.functions_host.refusal import Refused

if TYPE_CHECKING:
    from local.functions_host.durable.engine import Engine

_WHOLE = re.compile(r"\s*[+-]?\d+\s*", re.ASCII)
_MOST = 2**31 - 1


class Call:
    """One request, with the engine that is to serve it. Names of options ignore case."""

    def __init__(self, engine: "Engine", request: Request) -> None:
        self.engine = engine
        self.request = request
        self._options: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            self._options.setdefault(name.lower(), []).append(value)

    def text(self, name: str) -> str | None:
        """The value of an option, or None without it; repeated ones are joined with commas."""
        values = self._options.get(name.lower())
        return ",".join(values) if values else None

    def texts(self, name: str) -> list[str]:
        """All values of an option that may be repeated or hold a list with commas."""
        values = self._options.get(name.lower(), [])
        return [part.strip() for value in values for part in value.split(",") if part.strip()]

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean option; what is neither true nor false counts as absent."""
        return {"true": True, "false": False}.get((self.text(name) or "").lower(), default)

    def number(self, name: str) -> float | None:
        """A number, or None for an absent option or another text."""
        try:
            return float(self.text(name) or "")
        except ValueError:
            return None

    def whole(self, name: str) -> int | None:
        """A whole number of 32 bits, or None for an absent option or another text."""
        text = self.text(name) or ""
        number = int(text) if _WHOLE.fullmatch(text) else _MOST + 1
        return number if abs(number) <= _MOST else None

    def time(self, name: str) -> float | None:
        """A time as Unix time, or None for an absent option or another text."""
        return unix_time(self.text(name) or "")

    async def body(self) -> str:
        """The body as a text; what is not UTF-8 in it is replaced."""
        text = (await self.request.body()).decode("utf-8", "replace")
        return text.removeprefix("\ufeff")

    @property
    def unresolved(self) -> str | None:
        """The `connection` in the query if no setting has that name, else None."""
        name = self.text("connection")
        if not name or name.lower() == "storage":
            return None
        try:
            settings.connection_string(name)
        except Refused:
            return name
        return None

    @property
    def elsewhere(self) -> bool:
        """Whether `taskHub` names another task hub than the app's; that one is empty."""
        return (self.text("taskHub") or self.engine.links.hub).lower() != (
            self.engine.links.hub.lower()
        )

    @property
    def origin(self) -> str:
        """The scheme and host that the caller used."""
        url = self.request.url
        return f"{url.scheme}://{url.netloc}"

    def now(self) -> tuple[str, float]:
        """The current moment as a time stamp and in Unix time."""
        now = self.engine.clock.now()
        return stamp(now), now.timestamp()
