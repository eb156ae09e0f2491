"""The app itself: whether it is configured, and the OpenAPI document."""

import os

from fastapi import Request, Response

from api import VERSION, links
from api.endpoint import Access, endpoint
from api.responses import json_response
from api.schemas.health import Health, SettingFault


@endpoint("GET", "health", access=Access.ANYONE, response=Health, statuses=(200, 503))
async def health() -> Response:
    """Check the configuration; 503 with the same body if a setting is missing or invalid."""
    from shared.settings.table import setting_errors

    errors = setting_errors(os.environ)
    found = [SettingFault(setting=one.name, message=str(one)) for one in errors]
    answer = Health(ok=not found, version=VERSION, faults=found)
    return json_response(answer, status=503 if found else 200)


@endpoint("GET", "openapi.json", access=Access.ANYONE, media_types=("application/json",))
async def openapi(request: Request) -> Response:
    """Return this document."""
    from api.openapi import document

    return Response(document(links.base_url(request)), media_type="application/json")
