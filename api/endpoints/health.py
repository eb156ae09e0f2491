"""The app itself: whether it is configured, and the OpenAPI document."""

import os

from fastapi import Request, Response

from api import VERSION, links
from api.endpoint import Access, endpoint
from api.responses import json_response
from api.schemas.health import Health, HealthDetails, Process, SettingFault
from api.worker_requests import memory_bytes, watch


@endpoint("GET", "health", access=Access.ANYONE, response=Health, statuses=(200, 503))
async def health() -> Response:
    """Check the configuration; 503 with the same body if a setting is missing or invalid."""
    found = _find_faults()
    answer = Health(ok=not found, version=VERSION, faults=found)
    return json_response(answer, status=503 if found else 200)


@endpoint(
    "GET",
    "health/details",
    access=Access.FUNCTION_KEY,
    response=HealthDetails,
    statuses=(200, 503),
)
async def health_details() -> Response:
    """Check the configuration as `GET health`, with figures of the process that answers."""
    memory = memory_bytes()
    process = Process(
        memory_mb=None if memory is None else round(memory / 1e6, 1),
        requests=watch.requests,
        open_invocations=watch.count_open(),
    )
    found = _find_faults()
    answer = HealthDetails(ok=not found, version=VERSION, faults=found, process=process)
    return json_response(answer, status=503 if found else 200)


@endpoint("GET", "openapi.json", access=Access.ANYONE, media_types=("application/json",))
async def openapi(request: Request) -> Response:
    """Return this document."""
    from api.openapi import document

    return Response(document(links.base_url(request)), media_type="application/json")


def _find_faults() -> list[SettingFault]:
    from shared.settings.table import setting_errors

    errors = setting_errors(os.environ)
    return [SettingFault(setting=one.name, message=str(one)) for one in errors]
