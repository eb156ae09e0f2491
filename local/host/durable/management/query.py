"""A call to the management API, and the options in its query."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.requests import Request

from local.host.durable.stamps import stamp

if TYPE_CHECKING:
    from local.host.durable.engine import Engine


class Call:
    """One request, with the engine that is to serve it. Names of options ignore case."""

    def __init__(self, engine: "Engine", request: Request) -> None:
        self.engine = engine
        self.request = request
        self._options: dict[str, list[str]] = {}
        for name, value in request.query_params.multi_items():
            self._options.setdefault(name.lower(), []).append(value)

    def text(self, name: str) -> str | None:
        """The value of an option, or None without it."""
        values = self._options.get(name.lower())
        return values[0] if values else None

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

    def time(self, name: str) -> float | None:
        """A time as Unix time, or None for an absent option or another text."""
        try:
            given = datetime.fromisoformat((self.text(name) or "").replace(" ", "+"))
        except ValueError:
            return None
        return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp()

    @property
    def origin(self) -> str:
        """The scheme and host that the caller used."""
        url = self.request.url
        return f"{url.scheme}://{url.netloc}"

    def now(self) -> tuple[str, float]:
        """The current moment as a time stamp and in Unix time."""
        now = self.engine.clock.now()
        return stamp(now), now.timestamp()
