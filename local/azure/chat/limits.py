"""Rate limits of deployments: requests and tokens by capacity.

A capacity of 1 allows 1,000 tokens and 6 requests a minute (the ratio of chat models; some have
another). The windows live in memory: a restart forgives.
"""

from collections import deque
from dataclasses import dataclass, field

from local.azure.clock import Clock

from .errors import rate_limit_error

MINUTE = 60.0
BURST = 10.0
TOKENS_PER_CAPACITY = 1000
REQUESTS_PER_CAPACITY = 6


@dataclass
class Window:
    """What a deployment was asked for in the last minute: (time, tokens)."""

    asked: deque[tuple[float, int]] = field(default_factory=deque)

    def forget(self, before: float) -> None:
        """Drops what is older."""
        while self.asked and self.asked[0][0] <= before:
            self.asked.popleft()

    def since(self, begin: float) -> list[tuple[float, int]]:
        """What was asked after `begin`."""
        return [one for one in self.asked if one[0] > begin]


class RateLimits:
    """Counts and refuses.

    `minute` lets a whole minute's requests come at once; `burst` spreads them over windows of ten
    seconds, as the service does; `off` counts nothing.
    """

    def __init__(self, clock: Clock, mode: str) -> None:
        self._clock, self._mode = clock, mode
        self._windows: dict[str, Window] = {}

    def admit(self, deployment: str, capacity: int, tokens: int, version: str) -> dict[str, str]:
        """Counts a request of `tokens` (estimated: prompt and longest answer).

        Returns:
            The rate limit headers of the answer; none when limits are off.

        Raises:
            ServiceError: 429 with the time after which it has room again.
        """
        if self._mode == "off":
            return {}
        now = self._clock.now()
        window = self._windows.setdefault(deployment, Window())
        window.forget(now - MINUTE)
        requests, allowed = capacity * REQUESTS_PER_CAPACITY, capacity * TOKENS_PER_CAPACITY
        self._check_requests(window, requests, now, version)
        used = sum(count for _, count in window.asked)
        # A request that alone exceeds the minute would wait forever; the service lets it pass once.
        if used and used + tokens > allowed:
            raise rate_limit_error("token", version, window.asked[0][0] + MINUTE - now)
        window.asked.append((now, tokens))
        return {
            "x-ratelimit-limit-requests": str(requests),
            "x-ratelimit-limit-tokens": str(allowed),
            "x-ratelimit-remaining-requests": str(max(0, requests - len(window.asked))),
            "x-ratelimit-remaining-tokens": str(max(0, allowed - used - tokens)),
        }

    def clear(self) -> None:
        """Forgets what was asked."""
        self._windows.clear()

    def _check_requests(self, window: Window, limit: int, now: float, version: str) -> None:
        length = BURST if self._mode == "burst" else MINUTE
        recent = window.since(now - length)
        if len(recent) >= max(1, round(limit * length / MINUTE)):
            raise rate_limit_error("call", version, recent[0][0] + length - now)
