"""When a deployment was last used, by Azure Monitor: the second witness before one is deleted.

Source: metric `AzureOpenAIRequests` of Microsoft.CognitiveServices/accounts (azure-monitor-docs,
2026-07-31), through the regional batch endpoint. Points come minutes late and are kept 93 days.
"""

import os
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from shared import clock
from shared.clients.credentials import METRICS_SCOPE, credential, plain_http_policy, require_https
from shared.clients.refusals import MONITOR
from shared.clients.translate import translate_errors
from shared.errors import ServiceError
from shared.settings import Settings, settings

if TYPE_CHECKING:
    from azure.monitor.querymetrics import MetricsClient, MetricsQueryResult, TimeSeriesElement

_NAMESPACE = "Microsoft.CognitiveServices/accounts"
_METRIC = "AzureOpenAIRequests"
# Refused calls count too, so the status has to be part of the question.
_FILTER = "ModelDeploymentName eq '*' and StatusCode eq '200'"
_DEPLOYMENT = "modeldeploymentname"
_STEP = timedelta(hours=1)
# A question for more time may be cut or refused: the portal takes 30 days, and points per answer
# are bounded. Newest first, most questions end after one.
_SPAN = timedelta(days=7)
# Without a number the service answers 10 series and drops the others silently.
_MOST_SERIES = 1000
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0


def last_requests(names: Collection[str], since: datetime) -> dict[str, datetime | None]:
    """When each deployment last answered a request with 200.

    The time is the end of the hour in which that was, so it errs towards "used" by at most an hour.

    Args:
        names: Deployments; compared without case, as the service does.
        since: How far back to look, in UTC.

    Returns:
        A time, or None for no use since then, for each of `names`.

    Raises:
        ServiceError: `metrics_unset` without `AZURE_METRICS_ENDPOINT`; `metrics_cut` or
            `metrics_unreadable` if the answer cannot be relied on; any refusal. The caller then
            knows nothing, and deletes nothing.
    """
    now = settings()
    if now.metrics_endpoint is None:
        raise ServiceError(
            "metrics_unset",
            "Setting AZURE_METRICS_ENDPOINT is not set, so Azure Monitor cannot be asked.",
            hint="Set it to https://<region>.metrics.monitor.azure.com.",
        )
    client = _client(now.metrics_endpoint, os.environ.get("IDENTITY_ENDPOINT"))
    found: dict[str, datetime] = {}
    wanted = {name.lower() for name in names}
    for start, end in _spans(since, clock.now()):
        if wanted <= found.keys():
            break
        for name, used in _ask(client, _resource(now), start, end).items():
            found.setdefault(name, used)
    return {name: found.get(name.lower()) for name in names}


def _spans(since: datetime, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    # Whole hours, so that the points of two questions are the same hours.
    end = now.replace(minute=0, second=0, microsecond=0) + _STEP
    first = since.replace(minute=0, second=0, microsecond=0)
    while end > first:
        yield max(first, end - _SPAN), end
        end -= _SPAN


def _ask(
    client: "MetricsClient", resource: str, start: datetime, end: datetime
) -> dict[str, datetime]:
    doing = f"count requests of {resource} from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
    try:
        with translate_errors(MONITOR, doing):
            answers = client.query_resources(
                resource_ids=[resource],
                metric_namespace=_NAMESPACE,
                metric_names=[_METRIC],
                timespan=(start, end),
                granularity=_STEP,
                aggregations=["total"],
                filter=_FILTER,
                max_results=_MOST_SERIES,
            )
        return _last_uses(_series(answers))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ServiceError(
            "metrics_unreadable",
            f"Azure Monitor was asked to {doing}; its answer has another shape than expected: "
            f"{type(error).__name__}.",
            retryable=True,
        ) from None


def _series(answers: "list[MetricsQueryResult]") -> "list[TimeSeriesElement]":
    metrics = [metric for answer in answers for metric in answer.metrics if metric.name == _METRIC]
    if not metrics:
        raise ValueError("no such metric")
    series = [one for metric in metrics for one in metric.timeseries]
    if len(series) >= _MOST_SERIES:
        raise ServiceError(
            "metrics_cut",
            f"Azure Monitor answered {len(series)} series of {_METRIC}, the most it may; "
            "others may be missing.",
        )
    return series


def _last_uses(series: "list[TimeSeriesElement]") -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for one in series:
        # Dimension names come back in lower case, or not: sources differ.
        labels = {name.lower(): value for name, value in one.metadata_values.items()}
        name = labels[_DEPLOYMENT].lower()
        for point in one.data:
            if point.total:
                used = point.timestamp + _STEP
                found[name] = max(used, found.get(name, used))
    return found


def _resource(now: Settings) -> str:
    return (
        f"/subscriptions/{now.subscription}/resourceGroups/{now.resource_group}"
        f"/providers/{_NAMESPACE}/{now.account}"
    )


@cache
def _client(endpoint: str, _identity: str | None) -> "MetricsClient":
    from azure.monitor.querymetrics import MetricsClient

    return MetricsClient(
        require_https(endpoint, "AZURE_METRICS_ENDPOINT"),
        credential(),
        authentication_policy=plain_http_policy(endpoint, METRICS_SCOPE),
        connection_timeout=CONNECT_SECONDS,
        read_timeout=ANSWER_SECONDS,
        retry_total=2,
        retry_status=0,
    )
