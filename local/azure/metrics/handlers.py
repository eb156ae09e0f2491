"""Handlers of the metrics routes: one resource by ARM, many by the batch data plane."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.azure.clock import Clock, isoformat
from local.azure.routing import json_object

from .errors import bad_query
from .query import NAMESPACE, Query, read_query
from .series import metric
from .state import Count, Usage

MAX_RESOURCES = 50


class MetricHandlers:
    """Queries over the chats that were counted."""

    def __init__(self, usage: Usage, clock: Clock, region: str, delay_minutes: float) -> None:
        self._usage, self._clock, self._region = usage, clock, region
        self._delay = delay_minutes * 60

    async def one(self, request: Request) -> Response:
        """`GET {resource}/providers/Microsoft.Insights/metrics`."""
        query = read_query(request.query_params, self._clock.now())
        resource = request.url.path.rpartition("/providers/")[0]
        body = {
            "cost": 0,
            "timespan": f"{isoformat(query.begin)}/{isoformat(query.end)}",
            "interval": query.interval,
            "value": self._metrics(query, resource),
            "namespace": NAMESPACE,
            "resourceregion": self._region,
        }
        return JSONResponse(body)

    async def batch(self, request: Request) -> Response:
        """`POST /subscriptions/{subscription}/metrics:getBatch`."""
        resources = (await json_object(request)).get("resourceids")
        if not isinstance(resources, list) or not 0 < len(resources) <= MAX_RESOURCES:
            raise bad_query(f"resourceids must be a list of 1 to {MAX_RESOURCES} resource ids")
        if not all(isinstance(resource, str) for resource in resources):
            raise bad_query("resourceids must be a list of strings")
        query = read_query(request.query_params, self._clock.now())
        head = {
            "starttime": isoformat(query.begin),
            "endtime": isoformat(query.end),
            "interval": query.interval,
            "namespace": NAMESPACE,
            "resourceregion": self._region,
        }
        values = [
            head | {"resourceid": resource, "value": self._metrics(query, str(resource))}
            for resource in resources
        ]
        return JSONResponse({"values": values})

    def _metrics(self, query: Query, resource: str) -> list[dict[str, Any]]:
        counts = self._counts(query)
        return [metric(name, query, counts, resource, self._region) for name in query.metrics]

    def _counts(self, query: Query) -> list[Count]:
        # What is younger than the delay has not arrived at Monitor yet.
        arrived = self._clock.now() - self._delay
        return self._usage.between(query.begin // 60 * 60, min(query.end, arrived))
