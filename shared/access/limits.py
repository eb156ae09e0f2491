"""Limits of clients: models, requests and tokens per minute, and a budget for the month.

Each instance of the app counts its own requests and tokens, as they must cost no read of storage.
"""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable
from functools import lru_cache

from shared import clock
from shared.access.client import Client
from shared.datasets.names import model_of
from shared.errors import RequestError

MINUTE = 60.0
_SPENT_FOR = 60.0  # seconds for which the sum of a month is kept


class _Window:
    """What was used within the last minute, with its sum: a chat costs no walk over the others."""

    def __init__(self) -> None:
        self._uses: deque[tuple[float, int]] = deque()
        self._sum = 0

    def add(self, now: float, amount: int) -> None:
        """Count a use; those that are a minute old are dropped."""
        self.sum(now)
        self._uses.append((now, amount))
        self._sum += amount

    def sum(self, now: float) -> int:
        """Of the last minute."""
        while self._uses and now - self._uses[0][0] >= MINUTE:
            self._sum -= self._uses.popleft()[1]
        return self._sum

    def wait(self, now: float) -> float:
        """Seconds until the oldest use is a minute old."""
        return MINUTE - (now - self._uses[0][0]) if self._uses else MINUTE


class LimitError(RequestError):
    """A client is at one of its limits."""

    status = 429


class Limits:
    """What the clients of this process have used, for one event loop."""

    def __init__(
        self, spent: Callable[[str], float], now: Callable[[], float] = time.monotonic
    ) -> None:
        """Start with nothing used.

        Args:
            spent: US dollars for the tokens of a client in this month, as far as they are known.
            now: Seconds of a monotonic clock.
        """
        self._spent = spent
        self._now = now
        self._requests: defaultdict[str, _Window] = defaultdict(_Window)
        self._tokens: defaultdict[str, _Window] = defaultdict(_Window)
        self._sums: dict[str, tuple[float, float]] = {}

    async def admit(self, client: Client, model: str) -> None:
        """Count a chat, unless it is above a limit of its client.

        Raises:
            RequestError: 403 if the client may not use the model.
            LimitError: 429 above a limit, with the time after which a minute has room.
        """
        check_model(client, model)
        self._check_minute(client)
        if client.budget_month is not None:
            await self._check_budget(client.name, client.budget_month)
        if client.requests_per_minute is not None:
            self._requests[client.name].add(self._now(), 1)

    def count_tokens(self, client: str, tokens: int) -> None:
        """Count the tokens of an answered chat."""
        self._tokens[client].add(self._now(), tokens)

    def _check_minute(self, client: Client) -> None:
        now = self._now()
        for most, window, what in (
            (client.requests_per_minute, self._requests, "requests"),
            (client.tokens_per_minute, self._tokens, "tokens"),
        ):
            if most is not None and window[client.name].sum(now) >= most:
                raise _limit_error(client.name, f"{most} {what}", window[client.name].wait(now))

    async def _check_budget(self, client: str, budget: float) -> None:
        since, spent = self._sums.get(client, (-_SPENT_FOR, 0.0))
        if self._now() - since >= _SPENT_FOR:
            spent = await asyncio.to_thread(self._spent, client)
            self._sums[client] = (self._now(), spent)
        if spent >= budget:
            raise LimitError(
                "budget_exceeded",
                f"Client {client} has used ${spent:,.2f} of its ${budget:,.2f} for this month.",
                hint="Ask the operator to raise `budget_month`, or wait for the next month.",
            )


def may_use(client: Client, model: str) -> bool:
    """Whether a client may use a model, by its name, `<name>@previous` or a run's id."""
    name = model.partition("@")[0]
    return not client.models or not {name, model_of(name)}.isdisjoint(client.models)


def check_model(client: Client, model: str) -> None:
    """Check that a client may use a model.

    Raises:
        RequestError: 403 if it may not.
    """
    if not may_use(client, model):
        raise RequestError(
            "model_not_allowed",
            f"Client {client.name} may not use model {model[:100]!r}.",
            hint=f"It may use {', '.join(client.models)}.",
            status=403,
            param="model",
        )


def _limit_error(client: str, limit: str, wait: float) -> LimitError:
    return LimitError(
        "client_rate_limit",
        f"Client {client} is at its limit of {limit} per minute.",
        hint="Retry after the time in `retry-after`.",
        retry_after=wait,
    )


@lru_cache(maxsize=1)
def limits() -> Limits:
    """The limits of this process."""
    return Limits(_spent_this_month)


def _spent_this_month(client: str) -> float:
    from shared.billing.usage import counter, usage_table
    from shared.billing.usage.report import report

    counter().flush_now()
    today = clock.now().date()
    rows = usage_table().between(today.replace(day=1), today)
    _, whole = report((row for row in rows if row.use.key == client), "key")
    return whole.cost.at_least
