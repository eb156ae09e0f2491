"""A call to the management API, and the options in its query."""

import re
from datetime import UTC, datetime

from starlette.requests import Request

from local.functions_host.durable.engine import Engine
from local.functions_host.durable.stamps import stamp

_WHOLE = re.compile(r"[+-]?\d{1,9}", re.ASCII)


class Call:
    """One request, with the engine that is to serve it. Names of options ignore case."""

    def __init__(self, engine: Engine, request: Request) -> None:
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
        """A whole number, or None for an absent option or another text."""
        text = (self.text(name) or "").strip()
        return int(text) if _WHOLE.fullmatch(text) else None

    def time(self, name: str) -> float | None:
        """A time as Unix time (UTC unless it says otherwise), or None for an absent option.

        Raises:
            ValueError: it is not in the form of ISO 8601. .NET knows more forms, and reads what is
                none as no limit at all, which no caller can want.
        """
        text = self.text(name)
        if not text:
            return None
        try:
            when = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError(f"{name} is {text!r}: write it as 2026-12-31T00:00:00Z.") from None
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()

    async def body(self) -> str:
        """The body as a text; what is not UTF-8 in it is replaced."""
        text = (await self.request.body()).decode("utf-8", "replace")
        return text.removeprefix("\ufeff")

    @property
    def other_hub(self) -> bool:
        """Whether `taskHub` or `connection` name another task hub or storage than the app's."""
        hub, connection = self.text("taskHub"), self.text("connection")
        same_hub = not hub or hub.lower() == self.engine.links.hub.lower()
        return not (same_hub and (connection or "storage").lower() in _CONNECTIONS)

    @property
    def origin(self) -> str:
        """The scheme and host that the caller used."""
        url = self.request.url
        return f"{url.scheme}://{url.netloc}"

    def now(self) -> tuple[str, float]:
        """The current time as a time stamp and in Unix time."""
        now = self.engine.clock.now()
        return stamp(now), now.timestamp()


_CONNECTIONS = ("storage", "azurewebjobsstorage")
