"""Faults on demand: crashes, exceptions and duplicate deliveries at named points of the engine.

The environment variable `LOCAL_HOST_FAULTS` holds them in the form that the host's README shows.
Passes are counted on disk, so a host that was killed and started again on the same state does not
die of the same fault again.
"""

import asyncio
import json
import os
import signal
import time
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from local.functions_host.durable.functions import FunctionError
from local.functions_host.durable.store import Store
from local.functions_host.errors import StartError

VARIABLE = "LOCAL_HOST_FAULTS"
_KINDS = ("crash", "fail", "duplicate", "hold")
_HOLD_SECONDS = 30.0  # that a hold lasts if nobody lets go
_INJECTED = f"RuntimeError: injected by {VARIABLE}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault at one point or pattern of points."""

    kind: str
    at: str
    times: int | None = 1
    skip: int = 0
    message: str = _INJECTED
    file: str = ""

    def happens(self, passed: int) -> bool:
        """Whether it happens at this pass, when the point was passed `passed` times before."""
        return passed >= self.skip and (self.times is None or passed < self.skip + self.times)


class CrashPoints:
    """The faults that were asked for, and how often each point was passed."""

    def __init__(self, faults: list[Fault] | None = None) -> None:
        self._faults = faults or []
        self._store: Store | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "CrashPoints":
        """Read `LOCAL_HOST_FAULTS`.

        Raises:
            StartError: It is not of the form above; the message says what is wrong.
        """
        text = environment.get(VARIABLE, "").strip()
        if not text:
            return cls()
        return cls(_read(text))

    def keep_in(self, store: Store) -> None:
        """Count passes in `store`."""
        self._store = store

    async def reach(self, point: str) -> None:
        """Pass a point: wait for whoever holds it, then kill the process, fail, or go on.

        Raises:
            FunctionError: A `fail` fault happens here.
        """
        hold = await self._due("hold", point)
        if hold is not None:
            await asyncio.to_thread(_hold, Path(hold.file))
        if await self._due("crash", point):
            os.kill(os.getpid(), signal.SIGKILL)
        fault = await self._due("fail", point)
        if fault is not None:
            raise FunctionError(fault.message)

    def names_requests(self) -> bool:
        """Whether a fault waits for an outgoing request; otherwise those need not be watched."""
        return any(fault.at.startswith(("request:", "*")) for fault in self._faults)

    async def duplicates(self, point: str) -> bool:
        """Whether the activity is to be delivered a second time, as `point` says."""
        return await self._due("duplicate", point) is not None

    async def _due(self, kind: str, point: str) -> Fault | None:
        for number, fault in enumerate(self._faults):
            if fault.kind != kind or not fnmatchcase(point, fault.at):
                continue
            if fault.happens(await self._pass(f"{number}:{kind}:{fault.at}")):
                return fault
        return None

    async def _pass(self, key: str) -> int:
        if self._store is None:
            raise RuntimeError("CrashPoints.keep_in() must be called before a point is passed")
        sql = (
            "INSERT INTO faults VALUES (?, 1) ON CONFLICT(point) DO UPDATE SET used = used + 1"
            " RETURNING used - 1"
        )
        passed: int = await self._store.write(lambda db: db.execute(sql, (key,)).fetchone()[0])
        return passed


def _hold(file: Path) -> None:
    Path(f"{file}.reached").touch()
    until = time.monotonic() + _HOLD_SECONDS
    while not Path(f"{file}.go").exists() and time.monotonic() < until:
        time.sleep(0.005)


def _read(text: str) -> list[Fault]:
    try:
        content = text if text.startswith("{") else Path(text).read_text()
        data: dict[str, list[dict[str, Any]]] = json.loads(content)
        return [_fault(kind, entry) for kind, entries in data.items() for entry in entries]
    except (OSError, TypeError, ValueError, AttributeError) as error:
        raise StartError(
            f"{VARIABLE} does not describe faults ({error}). "
            'Example: {"crash": [{"at": "activity:train:after"}]}'
        ) from error


def _fault(kind: str, entry: dict[str, Any]) -> Fault:
    if kind not in _KINDS:
        raise ValueError(f"unknown kind {kind!r}, known are {', '.join(_KINDS)}")
    return Fault(kind=kind, **entry)
