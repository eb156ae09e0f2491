"""When a deployment was last used, by Azure Monitor: the second witness before one is deleted.

Source: metrics of Microsoft.CognitiveServices/accounts (azure-monitor-docs, 2026-07-31), by the
call for one resource, whose role is on the resource. The batch call wants a role on the
subscription and a regional endpoint. Points come minutes late and are kept 93 days.
"""

import os
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from shared import clock
from shared.clients.credentials import credential, plain_http_policy, require_https
from shared.clients.deployments import arm_scope
from shared.clients.refusals import MONITOR
from shared.clients.translate import translate_errors
from shared.errors import ServiceError
from shared.settings import Settings, settings

if TYPE_CHECKING:
    from azure.core import PipelineClient

    _Client = PipelineClient[Any, Any]

_API_VERSION = "2023-10-01"
_NAMESPACE = "Microsoft.CognitiveServices/accounts"
#: The first counts calls of OpenAI's models, the second those of all models by its description.
#: Whether the first counts open-weight models is not documented, so both are asked.
_METRICS = ("AzureOpenAIRequests", "ModelRequests")
_BY_NAME = "ModelDeploymentName eq '*'"
# Refused calls count too, so the status has to be part of the question.
_ANSWERED = f"{_BY_NAME} and StatusCode eq '200'"
_DEPLOYMENT = "modeldeploymentname"
_STEP = timedelta(hours=1)
# A question for more time may be cut or refused: the portal takes 30 days, and points per answer
# are bounded. Newest first, most questions end after one.
_SPAN = timedelta(days=7)
# Without a number the service answers 10 series and drops the others silently.
_MOST_SERIES = 1000
_REFUSED_QUESTION = 400
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
        ServiceError: `metrics_cut` or `metrics_unreadable` if the answer cannot be relied on; any
            refusal. The caller then knows nothing, and deletes nothing.
    """
    now = settings()
    client = _client(now.arm_endpoint, os.environ.get("IDENTITY_ENDPOINT"))
    found: dict[str, datetime] = {}
    wanted = {name.lower() for name in names}
    for start, end in _spans(since, clock.now()):
        if wanted <= found.keys():
            break
        for name, used in _last_uses(client, now, start, end).items():
            found.setdefault(name, used)
    return {name: found.get(name.lower()) for name in names}


def _spans(since: datetime, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    # Whole hours, so that the points of two questions are the same hours.
    end = now.replace(minute=0, second=0, microsecond=0) + _STEP
    first = since.replace(minute=0, second=0, microsecond=0)
    while end > first:
        yield max(first, end - _SPAN), end
        end -= _SPAN


def _last_uses(
    client: "_Client", now: Settings, start: datetime, end: datetime
) -> dict[str, datetime]:
    try:
        return _ask(client, now, _METRICS, _ANSWERED, start, end)
    except ServiceError as error:
        if error.status != _REFUSED_QUESTION:
            raise
    return _ask_each(client, now, start, end)


def _ask_each(
    client: "_Client", now: Settings, start: datetime, end: datetime
) -> dict[str, datetime]:
    """Ask each metric alone, where an account has not all of them or not all dimensions.

    Raises:
        ServiceError: the last refusal, if none of them answers.
    """
    answers: list[dict[str, datetime]] = []
    refused: ServiceError | None = None
    for metric in _METRICS:
        for series_filter in (_ANSWERED, _BY_NAME):
            try:
                answers.append(_ask(client, now, (metric,), series_filter, start, end))
                break
            except ServiceError as error:
                if error.status != _REFUSED_QUESTION:
                    raise
                refused = error
    if refused is not None and not answers:
        raise refused
    return _newest(pair for answer in answers for pair in answer.items())


def _ask(
    client: "_Client",
    now: Settings,
    metrics: tuple[str, ...],
    series_filter: str,
    start: datetime,
    end: datetime,
) -> dict[str, datetime]:
    from azure.core.rest import HttpRequest

    doing = f"count requests of {now.account} from {start:%Y-%m-%d} to {end:%Y-%m-%d}"
    question = {
        "api-version": _API_VERSION,
        "metricnamespace": _NAMESPACE,
        "metricnames": ",".join(metrics),
        "timespan": f"{_time(start)}/{_time(end)}",
        "interval": "PT1H",
        "aggregation": "Total",
        "$filter": series_filter,
        "top": str(_MOST_SERIES),
    }
    address = f"{now.arm_endpoint}{_resource(now)}/providers/Microsoft.Insights/metrics"
    try:
        with translate_errors(MONITOR, doing):
            answer = client.send_request(HttpRequest("GET", address, params=question))
            answer.raise_for_status()
            body = answer.json()
        return _newest(_uses(_series(body, metrics)))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ServiceError(
            "metrics_unreadable",
            f"Azure Monitor was asked to {doing}; its answer has another shape than expected: "
            f"{type(error).__name__}.",
            retryable=True,
        ) from None


def _series(body: Any, metrics: tuple[str, ...]) -> list[Any]:
    """The series of all metrics. One that is missing is no zero, unless another was counted."""
    wanted = {name.lower() for name in metrics}
    counted = [one for one in body["value"] if one["name"]["value"].lower() in wanted]
    counted = [one for one in counted if one.get("errorCode") in (None, "Success")]
    if not counted:
        raise ValueError("no such metric")
    for one in counted:
        if len(one["timeseries"]) >= _MOST_SERIES:
            raise ServiceError(
                "metrics_cut",
                f"Azure Monitor answered {len(one['timeseries'])} series of "
                f"{one['name']['value']}, the most it may; others may be missing.",
            )
    return [series for one in counted for series in one["timeseries"]]


def _uses(series: list[Any]) -> Iterator[tuple[str, datetime]]:
    for one in series:
        # Dimension names come back in lower case, or not: sources differ.
        labels = {label["name"]["value"].lower(): label["value"] for label in one["metadatavalues"]}
        name = labels[_DEPLOYMENT].lower()
        for point in one["data"]:
            at = datetime.fromisoformat(point["timeStamp"])
            if point.get("total"):
                yield name, at + _STEP


def _newest(uses: Iterable[tuple[str, datetime]]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for name, used in uses:
        found[name] = max(used, found.get(name, used))
    return found


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _resource(now: Settings) -> str:
    return (
        f"/subscriptions/{now.subscription}/resourceGroups/{now.resource_group}"
        f"/providers/{_NAMESPACE}/{now.account}"
    )


@cache
def _client(endpoint: str, _identity: str | None) -> "_Client":
    from azure.core import PipelineClient
    from azure.core.pipeline import policies
    from azure.core.pipeline.transport import RequestsTransport

    scope = arm_scope(require_https(endpoint, "ARM_ENDPOINT"))
    sign_in = plain_http_policy(endpoint, scope) or policies.BearerTokenCredentialPolicy(
        credential(), scope
    )
    return PipelineClient(
        endpoint,
        policies=[
            policies.RequestIdPolicy(),
            # A question may be repeated, and nobody waits for this answer until the next day.
            policies.RetryPolicy(retry_total=3, retry_status=2, retry_backoff_max=5),
            sign_in,
        ],
        transport=RequestsTransport(
            connection_timeout=CONNECT_SECONDS, read_timeout=ANSWER_SECONDS
        ),
    )
