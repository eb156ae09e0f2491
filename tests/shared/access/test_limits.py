"""Limits of a client within a minute and a month, by a clock that the test moves."""

import pytest

from shared.access import Client, Limits
from shared.access.limits import LimitError, check_model, may_use
from shared.errors import RequestError


class Clock:
    """Seconds that stand still until they are moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        """The seconds now."""
        return self.seconds


async def test_requests_per_minute() -> None:
    """Above the limit a chat is 429 with the time until the minute has room again."""
    clock = Clock()
    limits = Limits(_nothing_spent, clock)
    client = Client("shop", requests_per_minute=2)

    await limits.admit(client, "base")
    clock.seconds += 20
    await limits.admit(client, "base")
    with pytest.raises(LimitError) as caught:
        await limits.admit(client, "base")
    clock.seconds += 40
    await limits.admit(client, "base")

    assert (caught.value.status, caught.value.code) == (429, "client_rate_limit")
    assert caught.value.retry_after == 40


async def test_tokens_per_minute() -> None:
    """Once the tokens of a minute are used, the next chat waits; those of others do not count."""
    clock = Clock()
    limits = Limits(_nothing_spent, clock)
    client = Client("shop", tokens_per_minute=100)

    await limits.admit(client, "base")
    limits.count_tokens("other", 500)
    limits.count_tokens("shop", 99)
    await limits.admit(client, "base")
    limits.count_tokens("shop", 1)
    with pytest.raises(LimitError, match="100 tokens per minute"):
        await limits.admit(client, "base")
    clock.seconds += 60

    await limits.admit(client, "base")


async def test_budget_of_a_month() -> None:
    """Once the month's budget is used up, chats are refused; its sum is read once a minute."""
    clock, spent, asked = Clock(), {"shop": 0.5}, []

    def spend(client: str) -> float:
        asked.append(client)
        return spent[client]

    limits = Limits(spend, clock)
    client = Client("shop", budget_month=1.0)

    await limits.admit(client, "base")
    spent["shop"] = 1.0
    await limits.admit(client, "base")
    clock.seconds += 60
    with pytest.raises(LimitError) as caught:
        await limits.admit(client, "base")

    assert caught.value.code == "budget_exceeded"
    assert asked == ["shop", "shop"]


@pytest.mark.parametrize(
    ("model", "allowed"),
    [
        ("brolly", True),
        ("brolly@previous", True),
        ("brolly-0123456789", True),
        ("base", False),
        ("brolly2", False),
        ("", False),
    ],
)
def test_allowed_models(model: str, allowed: bool) -> None:
    """A name allows the versions of its model as well."""
    client = Client("shop", models=("brolly",))

    assert may_use(client, model) is allowed
    assert may_use(Client("free"), model)
    if not allowed:
        with pytest.raises(RequestError) as caught:
            check_model(client, model)
        assert (caught.value.status, caught.value.code) == (403, "model_not_allowed")


async def test_no_limits() -> None:
    """A client without limits costs no look at its month."""
    limits = Limits(_nothing_spent)

    for _ in range(1000):
        await limits.admit(Client("free"), "base")


def _nothing_spent(client: str) -> float:
    raise AssertionError(client)
