"""Handlers of the control API."""

from dataclasses import fields
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.azure.billing.bill import Bill
from local.azure.billing.prices import Prices
from local.azure.clock import Clock
from local.azure.deployments.state import Deployments
from local.azure.files.state import Files
from local.azure.fine_tuning.state import Jobs
from local.azure.identity.roles import Roles
from local.azure.routing import json_object
from local.azure.transitions import Transitions

from .errors import bad_control
from .faults import Fault, Faults
from .state import RequestLog

ACCOUNT = "/subscriptions/-/resourceGroups/-/providers/Microsoft.CognitiveServices/accounts/-"
LAST_MOMENT = 253_370_764_800  # 9999-01-01; later dates cannot be written
MAX_DIGITS = 18  # what SQLite holds as an integer


class EmulatorParts(Protocol):
    """The parts of the emulator that the control API reaches."""

    clock: Clock
    transitions: Transitions
    files: Files
    jobs: Jobs
    deployments: Deployments
    prices: Prices
    bill: Bill
    roles: Roles

    def reset(self) -> None:
        """Forgets everything."""


class ControlHandlers:
    """Reset, clock, transitions, filters, roles, faults, requests, state, bill."""

    def __init__(self, emulator: EmulatorParts, faults: Faults, log: RequestLog) -> None:
        self._emulator, self._faults, self._log = emulator, faults, log

    async def reset(self, _: Request) -> Response:
        """Forgets files, jobs, deployments, chats, requests and faults."""
        self._faults.clear()
        self._emulator.reset()
        return JSONResponse({"reset": True})

    async def clock(self, request: Request) -> Response:
        """Moves time forward by `advance` seconds and says what time it is."""
        advance = (await json_object(request)).get("advance")
        if not isinstance(advance, int | float) or isinstance(advance, bool) or advance < 0:
            raise bad_control(f"advance {advance!r}: give seconds, 0 or more")
        if advance > LAST_MOMENT - self._emulator.clock.now():
            raise bad_control(f"advance {advance!r}: no date can be written after the year 9999")
        self._emulator.clock.advance(advance)
        return JSONResponse({"now": self._emulator.clock.now()})

    async def transitions(self, request: Request) -> Response:
        """Changes the rules of what begins from now on: `{"job": "seconds:9", "all": …}`."""
        body = await json_object(request)
        rules = [str(body["all"])] if "all" in body else []
        rules += [f"{kind}={rule}" for kind, rule in body.items() if kind != "all"]
        try:
            self._emulator.transitions.change(",".join(rules))
        except ValueError as error:
            raise bad_control(str(error)) from None
        return JSONResponse(self._emulator.transitions.describe())

    async def filters(self, request: Request) -> Response:
        """Adds a content filter that deployments can name."""
        name = (await json_object(request)).get("name")
        if not isinstance(name, str) or not name:
            raise bad_control(f"name {name!r}: give the name of a content filter")
        self._emulator.deployments.rules.add_filter(name)
        return JSONResponse({"name": name})

    async def roles(self, request: Request) -> Response:
        """Changes role assignments: `{"Monitoring Reader": "none"}`."""
        for role, scope in (await json_object(request)).items():
            try:
                self._emulator.roles.assign(role, str(scope))
            except ValueError as error:
                raise bad_control(str(error)) from None
        return JSONResponse(self._emulator.roles.describe())

    async def add_fault(self, request: Request) -> Response:
        """Adds a fault."""
        return JSONResponse(_describe(self._faults.add(await json_object(request))))

    async def faults(self, _: Request) -> Response:
        """The faults in force, with how often each has hit."""
        return JSONResponse({"faults": [_describe(rule) for rule in self._faults.rules]})

    async def clear_faults(self, _: Request) -> Response:
        """Removes all faults."""
        self._faults.clear()
        return JSONResponse({"faults": []})

    async def requests(self, request: Request) -> Response:
        """What was asked (`?after=NUMBER`), and counts by kind over all."""
        after = request.query_params.get("after", "0")
        if not after.isdecimal() or len(after) > MAX_DIGITS:
            raise bad_control(f"after {after!r}: give the number of a request")
        return JSONResponse({"requests": self._log.every(int(after)), "counts": self._log.counts()})

    async def state(self, _: Request) -> Response:
        """Everything that the emulator holds; this counts as no read."""
        emulator = self._emulator
        return JSONResponse(
            {
                "now": emulator.clock.now(),
                "transitions": emulator.transitions.describe(),
                "files": [file.to_json() for file in emulator.files.every()],
                "jobs": [job.to_json() for job in emulator.jobs.every()],
                "deployments": [one.to_json(ACCOUNT) for one in emulator.deployments.every()],
            }
        )

    async def bill(self, _: Request) -> Response:
        """What the service would charge until now, line by line."""
        self._emulator.deployments.settle()
        return JSONResponse(self._emulator.bill.to_json())

    async def set_prices(self, request: Request) -> Response:
        """Changes prices: `{"<base model>": {"training": 2.0, "hosting_hour": 1.7, …}}`."""
        found = {}
        for base, values in (await json_object(request)).items():
            try:
                found[base] = self._emulator.prices.put(base, dict(values))
            except (TypeError, ValueError) as error:
                raise bad_control(f"{base}: {error}") from None
        return JSONResponse(found)


def _describe(fault: Fault) -> dict[str, Any]:
    return {one.name: getattr(fault, one.name) for one in fields(fault)}
