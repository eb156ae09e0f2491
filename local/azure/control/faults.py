"""Faults on demand: which requests they hit, and what happens to those."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from .errors import bad_control

WHEN = ("before", "after")
TYPES: dict[str, Any] = {
    "method": str,
    "path": str,
    "when": str,
    "status": int | None,
    "body": object,
    "headers": dict,
    "delay": int | float,
    "reset": bool,
    "cut_after": int | None,
    "times": int,
    "skip": int,
    "probability": int | float,
    "seed": int,
}
# bodies of the real service for statuses that nothing else here gives, by status
BODIES = {
    403: ("Forbidden", "Access denied due to Virtual Network/Firewall rules."),
    408: ("Timeout", "The operation was timeout."),
    410: ("ModelDeprecated", "The model of this deployment has been retired."),
    423: ("Locked", "The resource is locked."),
    429: ("429", "The service is temporarily unable to process your request. Please retry later."),
    500: ("InternalServerError", "The server had an error while processing your request."),
    503: ("ServiceUnavailable", "The service is temporarily unavailable. Please retry later."),
}


@dataclass
class Fault:
    """One rule. Without `status`, `reset` and `cut_after` it only delays.

    Attributes:
        method: HTTP method, or `*`.
        path: Pattern of the path with `*` and `?`, such as `*/fine_tuning/jobs`.
        when: `before` the request has its effect, or `after` it (the answer is lost).
        status: Status of the answer that is given instead.
        body: Its JSON body; without one, the service's own for that status.
        headers: Its headers.
        delay: Seconds to wait first; with `when="after"` between the effect and the answer.
        reset: Break the connection instead of answering.
        cut_after: Break the connection after so many pieces of the real answer.
        times: How many requests it hits; 0 = all.
        skip: How many requests that fit pass before that.
        probability: Share of the requests that it hits, drawn by `seed`.
        seed: Makes the drawing the same each time.
    """

    method: str = "*"
    path: str = "*"
    when: str = "before"
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    reset: bool = False
    cut_after: int | None = None
    times: int = 1
    skip: int = 0
    probability: float = 1.0
    seed: int = 0
    hits: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - repeatable on purpose
        self._seen = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is hit; counts it."""
        if self.method not in {"*", method} or not fnmatchcase(path, self.path):
            return False
        if self.times and self.hits >= self.times:
            return False
        self._seen += 1
        if self._seen <= self.skip or self._random.random() >= self.probability:
            return False
        self.hits += 1
        return True

    def answer(self) -> tuple[int, Any]:
        """Status and body to give; only for faults with a status."""
        status = self.status or 500
        if self.body is not None:
            return status, self.body
        code, message = BODIES.get(status, (str(status), f"Emulated fault {status}."))
        return status, {"error": {"code": code, "message": message}}


class Faults:
    """The rules in force, first come first served. They live in memory only."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def add(self, given: Mapping[str, Any]) -> Fault:
        """Adds a rule.

        Raises:
            ServiceError: 400 for a field or a value that cannot be.
        """
        unknown = sorted(given.keys() - TYPES.keys())
        if unknown:
            raise bad_control(f"unknown fields {unknown}; known are {sorted(TYPES)}")
        for name, value in given.items():
            if not isinstance(value, TYPES[name]):
                raise bad_control(f"{name} {value!r} is of the wrong type")
        fault = Fault(**given)
        if fault.when not in WHEN:
            raise bad_control(f"when {fault.when!r}: use before or after")
        if fault.status is not None and not 200 <= fault.status <= 599:
            raise bad_control(f"status {fault.status!r}: use 200 to 599")
        if fault.delay < 0 or fault.times < 0 or fault.skip < 0 or not 0 <= fault.probability <= 1:
            raise bad_control("delay, times and skip are 0 or more, probability is from 0 to 1")
        self.rules.append(fault)
        return fault

    def strike(self, method: str, path: str) -> Fault | None:
        """The rule that hits this request, if any."""
        return next((rule for rule in self.rules if rule.strikes(method, path)), None)

    def clear(self) -> None:
        """Removes every rule."""
        self.rules.clear()
