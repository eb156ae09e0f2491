"""Metrics over HTTP, as azure-monitor-querymetrics and plain ARM calls use them."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from azure.monitor.querymetrics import MetricsClient

from tests.local.azure.credentials import KeyPolicy, NoCredential
from tests.local.azure.emulator import ACCOUNT, MODEL, EmulatorClient

METRICS = "/providers/Microsoft.Insights/metrics"
DAY = 24 * 3600


@pytest.fixture
def client(azure: EmulatorClient) -> Iterator[MetricsClient]:
    """The SDK of the batch data plane pointed at the emulator."""
    with MetricsClient(azure.url, NoCredential(), authentication_policy=KeyPolicy()) as found:
        yield found


def ask(azure: EmulatorClient, **query: str) -> Any:
    """One question by ARM, over a day around now by default."""
    now = azure.look("state")["now"]
    span = "/".join(datetime.fromtimestamp(now + part, UTC).isoformat() for part in (-DAY, 60))
    names = {"filter": "$filter"}
    parameters = {"timespan": span, "interval": "FULL", "api-version": "2024-02-01"}
    parameters |= {names.get(name, name): value for name, value in query.items()}
    return azure.call_arm("GET", METRICS, params=parameters)


def totals(answer: Any, metric: int = 0) -> dict[str, float]:
    """The sum of each series by the values of its dimensions."""
    return {
        "/".join(one["value"] for one in series["metadatavalues"]): sum(
            point["total"] for point in series["data"]
        )
        for series in answer.json()["value"][metric]["timeseries"]
    }


def test_chats_are_counted_by_deployment_and_status(azure: EmulatorClient) -> None:
    """What was really asked, with refused chats apart; unknown deployments count nowhere."""
    azure.deploy("ab", MODEL).raise_for_status()
    for text in ("Hi", "Ho", "emulator:filter-prompt"):
        azure.chat("ab", text)
    azure.chat("gpt-4.1-mini")
    azure.chat("nobody")

    found = ask(azure, filter="ModelDeploymentName eq '*' and StatusCode eq '*'")

    assert totals(found) == {"ab/200": 2, "ab/400": 1, "gpt-4.1-mini/200": 1}


def test_open_weight_models_are_no_calls_of_the_openai_api(azure: EmulatorClient) -> None:
    """`ModelRequests` counts every model, `AzureOpenAIRequests` those of OpenAI."""
    body = {
        "sku": {"name": "GlobalStandard", "capacity": 100},
        "properties": {"model": {"format": "Mistral AI", "name": "Ministral-3B", "version": "1"}},
    }
    azure.call_arm("PUT", "/deployments/open", json=body).raise_for_status()
    chat = {"messages": [{"role": "user", "content": "Hi"}]}
    for name in ("open", "gpt-4.1-mini"):
        path = f"/deployments/{name}/chat/completions"
        azure.call_dated("POST", path, json=chat).raise_for_status()

    found = ask(
        azure,
        metricnames="AzureOpenAIRequests,ModelRequests",
        filter="ModelDeploymentName eq '*' and StatusCode eq '200'",
    )

    assert totals(found) == {"gpt-4.1-mini/200": 1}
    assert totals(found, metric=1) == {"gpt-4.1-mini/200": 1, "open/200": 1}


def test_a_filter_selects_series(azure: EmulatorClient) -> None:
    """Values, `or` within one dimension, `ne`, and any case."""
    for name in ("ab", "cd"):
        azure.deploy(name, MODEL).raise_for_status()
        azure.chat(name)
    azure.chat("gpt-4.1-mini", stream=True)

    one = ask(azure, filter="ModelDeploymentName eq 'AB'")
    two = ask(azure, filter="(ModelDeploymentName eq 'ab' or ModelDeploymentName eq 'cd')")
    rest = ask(azure, filter="modeldeploymentname ne 'ab' and StreamType eq 'Streaming'")

    assert totals(one) == {"ab": 1}
    assert totals(two) == {"ab": 1, "cd": 1}
    assert totals(rest) == {"gpt-4.1-mini/Streaming": 1}


def test_dimension_names_come_back_in_small_letters(azure: EmulatorClient) -> None:
    """As the service is said to give them."""
    azure.chat("gpt-4.1-mini")

    series = ask(azure, filter="ModelDeploymentName eq '*'").json()["value"][0]["timeseries"]

    assert series[0]["metadatavalues"][0]["name"]["value"] == "modeldeploymentname"


def test_ten_series_come_unless_more_are_asked_for(azure: EmulatorClient) -> None:
    """The default of `top` silently cuts, as at the service."""
    for number in range(12):
        azure.deploy(f"d{number}", MODEL).raise_for_status()
        azure.chat(f"d{number}")

    found = [
        ask(azure, filter="ModelDeploymentName eq '*'", **more)
        for more in ({}, {"top": "1000"}, {"top": "3"})
    ]

    assert [len(totals(one)) for one in found] == [10, 12, 3]


def test_without_a_filter_there_is_one_series(azure: EmulatorClient) -> None:
    """Also where nothing happened: its points are zero."""
    before = totals(ask(azure))
    azure.chat("gpt-4.1-mini")

    assert (before, totals(ask(azure))) == ({"": 0}, {"": 1})


def test_with_a_filter_no_traffic_means_no_series(azure: EmulatorClient) -> None:
    """A deployment that nobody asked does not appear."""
    assert totals(ask(azure, filter="ModelDeploymentName eq '*'")) == {}


def test_tokens_are_counted_as_usage_says(azure: EmulatorClient) -> None:
    """Prompt, generated and all tokens agree with what the chat was billed."""
    usage = azure.chat("gpt-4.1-mini", n=2).json()["usage"]

    found = ask(azure, metricnames="ProcessedPromptTokens,GeneratedTokens,TokenTransaction")

    counted = [totals(found, number)[""] for number in range(3)]
    assert counted == [usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]]


def test_days_get_their_own_points(azure: EmulatorClient) -> None:
    """An interval of a day puts each chat on the day it was made."""
    azure.chat("gpt-4.1-mini")
    azure.control("clock", advance=3 * DAY)
    azure.chat("gpt-4.1-mini")
    azure.chat("gpt-4.1-mini")
    now = azure.look("state")["now"]
    span = "/".join(datetime.fromtimestamp(now + d, UTC).isoformat() for d in (-4 * DAY, 60))

    found = ask(azure, timespan=span, interval="P1D").json()

    points = found["value"][0]["timeseries"][0]["data"]
    assert [point["total"] for point in points if point["total"]] == [1, 2]
    assert all(point["timeStamp"].endswith("T00:00:00.000Z") for point in points)


def test_the_sdk_asks_for_the_last_use(azure: EmulatorClient, client: MetricsClient) -> None:
    """The batch data plane through the real SDK: resources, filter, granularity, aggregation."""
    azure.chat("gpt-4.1-mini")

    results = client.query_resources(
        resource_ids=[ACCOUNT, ACCOUNT + "2"],
        metric_namespace="Microsoft.CognitiveServices/accounts",
        metric_names=["AzureOpenAIRequests"],
        timespan=timedelta(hours=2),
        granularity=timedelta(hours=1),
        aggregations=["Total"],
        filter="ModelDeploymentName eq '*' and StatusCode eq '200'",
        max_results=1000,
    )

    series = results[0].metrics[0].timeseries[0]
    assert len(results) == 2
    assert series.metadata_values == {"modeldeploymentname": "gpt-4.1-mini", "statuscode": "200"}
    assert sum(point.total or 0 for point in series.data) == 1


def test_metrics_arrive_late_when_asked_to(start: Callable[..., EmulatorClient]) -> None:
    """With a delay of minutes, a chat shows only afterwards."""
    azure = start(metrics_delay_minutes=5.0)
    azure.chat("gpt-4.1-mini")
    early = totals(ask(azure))

    azure.control("clock", advance=6 * 60)

    assert (early, totals(ask(azure))) == ({"": 0}, {"": 1})


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"metricnames": "Nonsense"}, "Valid metrics: AzureOpenAIRequests"),
        ({"interval": "PT2M"}, "time grain"),
        ({"top": "5"}, "only together with $filter"),
        ({"filter": "ModelDeploymentName like 'a'"}, "not of the form"),
        ({"filter": "Colour eq 'red'"}, "supported ones are"),
        ({"filter": "StatusCode eq '1' or ModelName eq '2'"}, "different dimensions"),
        ({"timespan": "yesterday/today"}, "not in ISO 8601"),
        ({"timespan": "2026-01-02T00:00:00Z/2026-01-01T00:00:00Z"}, "before the end"),
    ],
)
def test_a_wrong_question_is_refused(
    azure: EmulatorClient, query: dict[str, str], text: str
) -> None:
    """400 that says what is wrong."""
    answer = ask(azure, **query)

    assert answer.status_code == 400
    assert text in answer.json()["error"]["message"]


def test_a_batch_without_resources_is_refused(azure: EmulatorClient) -> None:
    """The body has to name 1 to 50 resources."""
    path = "/subscriptions/s/metrics:getBatch"

    answers = [
        azure.http.post(path, params={"api-version": "2024-02-01"}, json={"resourceids": ids})
        for ids in ([], [ACCOUNT] * 51, "x")
    ]

    assert [answer.status_code for answer in answers] == [400] * 3
