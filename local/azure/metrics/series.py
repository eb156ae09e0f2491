"""Turns counted chats into Monitor's series of points."""

from collections import defaultdict
from typing import Any

from local.azure.clock import isoformat
from local.azure.models.catalogue import CATALOGUE

from .query import METRICS, REQUESTS, Query
from .state import Count

Key = tuple[str, ...]


def metric(
    name: str, query: Query, counts: list[Count], resource: str, region: str
) -> dict[str, Any]:
    """One metric with its series, as both ways to ask show it."""
    return {
        "id": f"{resource}/providers/Microsoft.Insights/metrics/{name}",
        "type": "Microsoft.Insights/metrics",
        "name": {"value": name, "localizedValue": name},
        "displayDescription": METRICS[name],
        "unit": "Count",
        "timeseries": _series(name, query, counts, region),
        "errorCode": "Success",
    }


def _series(name: str, query: Query, counts: list[Count], region: str) -> list[dict[str, Any]]:
    if name == REQUESTS:
        counts = [one for one in counts if _is_openai(one)]
    groups: dict[Key, list[Count]] = defaultdict(list)
    if not query.conditions:
        # Without a filter there is one series even where nothing happened.
        groups[()] = []
    for count in counts:
        dimensions = _dimensions(count, region)
        if all(one.allows(dimensions[one.dimension]) for one in query.conditions):
            groups[tuple(dimensions[one.dimension] for one in query.conditions)].append(count)
    largest = sorted(groups, key=lambda key: (-_total(name, groups[key]), key))
    return [_one_series(name, query, key, groups[key]) for key in largest[: query.top]]


def _one_series(name: str, query: Query, key: Key, counts: list[Count]) -> dict[str, Any]:
    pairs = zip(query.conditions, key, strict=True)
    return {
        "metadatavalues": [
            {"name": {"value": label, "localizedValue": label}, "value": value}
            for label, value in ((one.dimension.lower(), value) for one, value in pairs)
        ],
        "data": _points(name, query, counts),
    }


def _points(name: str, query: Query, counts: list[Count]) -> list[dict[str, Any]]:
    begin = _first_point(query)
    buckets: dict[int, list[Count]] = defaultdict(list)
    for count in counts:
        buckets[int((count.minute - begin) // query.step)].append(count)
    points = []
    number = 0
    while begin + number * query.step < query.end:
        stamp = isoformat(begin + number * query.step)
        points.append({"timeStamp": stamp} | _values(name, query, buckets[number]))
        number += 1
    return points


def _first_point(query: Query) -> float:
    if query.interval == "FULL":
        return query.begin
    return query.begin // query.step * query.step


def _values(name: str, query: Query, counts: list[Count]) -> dict[str, float]:
    total, samples = float(_total(name, counts)), float(sum(one.requests for one in counts))
    known = {"total": total, "count": samples, "average": total / samples if samples else 0.0}
    return {kind: known[kind] for kind in query.aggregations if kind in known}


def _total(name: str, counts: list[Count]) -> int:
    return sum(_amount(name, count) for count in counts)


def _amount(name: str, count: Count) -> int:
    return {
        REQUESTS: count.requests,
        "ModelRequests": count.requests,
        "ProcessedPromptTokens": count.prompt_tokens,
        "GeneratedTokens": count.answer_tokens,
        "TokenTransaction": count.prompt_tokens + count.answer_tokens,
    }[name]


def _dimensions(count: Count, region: str) -> dict[str, str]:
    return {
        "ApiName": "Azure OpenAI API version 1",
        "OperationName": "ChatCompletions_Create",
        "Region": region,
        "StreamType": count.stream,
        "ModelDeploymentName": count.deployment,
        "ModelName": count.model,
        "ModelVersion": count.version,
        "StatusCode": count.status,
    }


def _is_openai(count: Count) -> bool:
    """Whether a chat was one of the Azure OpenAI API, not of an open-weight model."""
    root = count.model.partition(".ft-")[0]
    base = CATALOGUE.get(root) or CATALOGUE.get(f"{root}-{count.version}")
    return base is None or base.format == "OpenAI"
