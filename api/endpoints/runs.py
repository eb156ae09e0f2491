"""The doors of runs: list, show, cancel."""

import asyncio
import logging
from typing import Any

from fastapi import Request, Response

from api import links
from api.presenters import costs as amounts
from api.presenters import runs
from api.requests import checked, query_of, run_id
from api.responses import body
from api.schemas import DeploymentFacts, RunCosts, RunList, RunsQuery
from orchestrators import hints
from shared import clock
from shared.billing import accounts
from shared.billing.spending import Spending
from shared.registry import Version, registry
from shared.settings import settings

log = logging.getLogger("tunedrop.doors")


async def listed(request: Request) -> Response:
    """`GET runs`."""
    query = checked(RunsQuery, query_of(request))
    found = await asyncio.to_thread(_found, query)
    base = links.base(request)
    cut = [runs.summary(version, base) for version in found[: query.limit]]
    return body(RunList(runs=cut, total=len(found)))


async def shown(request: Request, client: Any) -> Response:
    """`GET runs/{id}`."""
    version = await asyncio.to_thread(registry().get, run_id(request))
    return await answer(request, client, version)


async def cancelled(request: Request, client: Any) -> Response:
    """`POST runs/{id}/cancel`: the registry first, then a hint to look sooner (design §3)."""
    version = await cancel(client, run_id(request))
    return await answer(request, client, version, status=202)


async def cancel(client: Any, run: str) -> Version:
    """Ask a run to stop, and see to it that somebody reads that.

    Raises:
        NotFoundError: if there is no such run.
        RequestError: 409 if it has ended already.
    """
    from shared.runs import intake

    version = await asyncio.to_thread(intake.request_cancel, run)
    await hints.look_now(client, version)
    return version


async def answer(request: Request, client: Any, version: Version, status: int = 200) -> Response:
    """A run with everything, as its door shows it."""
    custom_status = {} if version.resting else await _custom_status(client, version)
    deployment = await asyncio.to_thread(_deployment, version) if version.deployment else None
    costs = await asyncio.to_thread(_costs, version)
    shown = runs.run(version, links.base(request), custom_status, deployment, costs, clock.now())
    return body(shown, status)


def _found(query: RunsQuery) -> list[Version]:
    return [
        version
        for version in registry().runs()
        if query.model in (None, version.model) and query.phase in (None, version.phase)
    ]


def _costs(version: Version) -> RunCosts:
    # Nobody can have chatted with what was never deployed.
    chats = accounts.chats_of(version, clock.now()) if version.deployed else Spending()
    return amounts.of_run(version, settings().deployment_sku, clock.now(), chats)


def _deployment(version: Version) -> DeploymentFacts:
    model = registry().model(version.model)
    return runs.deployment(version, model, settings(), clock.now())


async def _custom_status(client: Any, version: Version) -> dict[str, object]:
    try:
        alive = await hints.alive(client, version)
    except Exception:
        # The registry has the truth; this would only be the next look.
        log.warning("the status of %s could not be read", version.run, exc_info=True)
        return {}
    # The sub-orchestration comes last: while it lives, it is the one that waits.
    return list(alive.values())[-1] if alive else {}
