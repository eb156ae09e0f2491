"""The app itself: whether it is configured and runs, and the OpenAPI document."""

import asyncio
import logging
import os
from typing import Any

from fastapi import Request, Response

from api import VERSION, links
from api.endpoint import Access, endpoint
from api.presenters import time
from api.responses import json_response
from api.schemas.health import DailyRound, Health, HealthDetails, Process, SettingFault
from api.worker_requests import memory_bytes, watch
from shared import clock
from shared.errors import TunedropError
from shared.registry.records import iso

log = logging.getLogger("tunedrop.api")


@endpoint("GET", "health", access=Access.ANYONE, response=Health, statuses=(200, 503))
async def health() -> Response:
    """Check that the app runs and is configured; 503 if it is not."""
    ok = not _find_faults()
    return json_response(Health(ok=ok), status=200 if ok else 503)


@endpoint(
    "GET",
    "health/details",
    access=Access.FUNCTION_KEY,
    response=HealthDetails,
    statuses=(200, 503),
)
async def health_details(client: Any) -> Response:
    """Check the configuration, this process, and the daily round, which begins if overdue."""
    memory = memory_bytes()
    process = Process(
        memory_mb=None if memory is None else round(memory / 1e6, 1),
        requests=watch.requests,
        open_invocations=watch.count_open(),
    )
    found = _find_faults()
    daily_round = None if found else await _daily_round(client)
    ok = daily_round is not None
    answer = HealthDetails(
        ok=ok, version=VERSION, faults=found, process=process, daily_round=daily_round
    )
    return json_response(answer, status=200 if ok else 503)


@endpoint("GET", "openapi.json", access=Access.ANYONE, media_types=("application/json",))
async def openapi(request: Request) -> Response:
    """Return this document."""
    from api.openapi import document

    return Response(document(links.base_url(request)), media_type="application/json")


def _find_faults() -> list[SettingFault]:
    from shared.settings.table import setting_errors

    errors = setting_errors(os.environ)
    return [SettingFault(setting=one.name, message=str(one)) for one in errors]


async def _daily_round(client: Any) -> DailyRound | None:
    from orchestrators.daily_round import begin_overdue_round
    from shared.deployments.daily_round import daily_rounds

    try:
        known = await asyncio.to_thread(daily_rounds().read)
    except TunedropError as error:
        log.warning("when the daily round ran is not known: %s", error)
        return None
    await begin_overdue_round(client, "a health call")
    return DailyRound(
        started=time(known.started),
        ended=time(known.ended),
        due=iso(known.due),
        overdue=known.is_overdue(clock.now()),
    )
