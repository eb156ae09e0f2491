"""Usage: who chatted with what, and what it cost."""

import asyncio

from fastapi import Request, Response

from api.endpoint import Access, endpoint
from api.responses import json_response, prefers
from api.schemas.usage import Usage, UsageQuery
from shared import clock

CSV = "text/csv"


@endpoint(
    "GET",
    "usage",
    access=Access.FUNCTION_KEY,
    response=Usage,
    media_types=(CSV,),
    errors=(400,),
)
async def show_usage(request: Request, query: UsageQuery) -> Response:
    """Return chats, tokens and costs by client key, model or day, as JSON or CSV by `Accept`."""
    from api.presenters.usage import to_csv, usage
    from shared.billing.usage import counter, usage_table

    last = query.last or clock.now().date()
    first = query.first or last.replace(day=1)
    # In any order: somebody who swaps them means the days between all the same.
    first, last = min(first, last), max(first, last)
    # What this instance has counted and not written yet belongs to the report as well.
    await counter().flush()
    rows = await asyncio.to_thread(lambda: list(usage_table().between(first, last)))
    found = usage(first, last, query.by, rows)
    if prefers(request.headers.get("accept", ""), CSV):
        return Response(to_csv(found), media_type=f"{CSV}; charset=utf-8")
    return json_response(found)
