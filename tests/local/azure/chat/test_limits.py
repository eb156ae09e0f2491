"""Chats beyond what the capacity of the deployment allows."""

from collections.abc import Callable

import pytest
from openai import OpenAI, RateLimitError

from tests.local.azure.chat.conversations import user
from tests.local.azure.emulator import EmulatorClient


def test_capacity_limits_requests(azure: EmulatorClient, openai: OpenAI) -> None:
    """Capacity 1 allows 6 requests a minute; then 429 with the time to wait."""
    azure.deploy("small", "gpt-4.1-nano", capacity=1).raise_for_status()
    first = [azure.chat("small", max_tokens=1) for _ in range(6)]

    with pytest.raises(RateLimitError) as refused:
        openai.chat.completions.create(model="small", messages=user("Hi"))
    azure.control("clock", advance=61)

    left = [answer.headers["x-ratelimit-remaining-requests"] for answer in first]
    headers = refused.value.response.headers
    assert left == ["5", "4", "3", "2", "1", "0"]
    assert 0 < float(headers["retry-after-ms"]) <= 60_000
    assert 1 <= int(headers["retry-after"]) <= 61
    assert "exceeded call rate limit" in refused.value.message
    assert azure.chat("small", max_tokens=1).status_code == 200


def test_capacity_limits_tokens(azure: EmulatorClient) -> None:
    """The estimate counts the prompt and the longest answer."""
    azure.deploy("small", "gpt-4.1-nano", capacity=1).raise_for_status()

    answers = [azure.chat("small", max_tokens=600) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    assert "exceeded token rate limit" in answers[1].json()["error"]["message"]


def test_rate_limits_can_be_switched_off(start: Callable[..., EmulatorClient]) -> None:
    """Then there are neither refusals nor headers."""
    azure = start(rate_limits="off")
    azure.deploy("small", "gpt-4.1-nano", capacity=1).raise_for_status()

    answers = [azure.chat("small") for _ in range(10)]

    assert {answer.status_code for answer in answers} == {200}
    assert "x-ratelimit-limit-requests" not in answers[0].headers


def test_bursts_are_refused_when_limits_are_exact(start: Callable[..., EmulatorClient]) -> None:
    """In ten seconds a sixth of the minute's requests may come."""
    azure = start(rate_limits="burst")
    azure.deploy("small", "gpt-4.1-nano", capacity=2).raise_for_status()

    first = [azure.chat("small", max_tokens=1).status_code for _ in range(3)]
    azure.control("clock", advance=11)

    assert first == [200, 200, 429]
    assert azure.chat("small", max_tokens=1).status_code == 200
