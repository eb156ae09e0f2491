"""The cost forecast."""

import pytest

from shared.billing import rates
from shared.validation.cost import default_epochs, forecast
from shared.validation.example import Method

PRICES = rates("gpt-4.1-2025-04-14")


@pytest.mark.parametrize(
    ("examples", "epochs"),
    [(0, 3), (1, 25), (10, 10), (33, 3), (34, 3), (8_333, 3), (8_334, 2), (25_000, 1), (10**6, 1)],
)
def test_default_epochs_follow_the_cookbook(examples: int, epochs: int) -> None:
    """Few examples are seen more often, many less, three times in between."""
    assert default_epochs(examples) == epochs


def test_cost_is_tokens_times_epochs_times_price() -> None:
    """A million tokens in two epochs cost twice the price of a million, and hosting runs on."""
    cost = forecast(1_000_000, 100, Method.SFT, PRICES, 2)

    assert cost.training_tokens == 2_000_000
    assert cost.training_usd == 4.0
    assert cost.hosting_usd_per_day == 40.8
    assert cost.hosting_usd_until_idle == 612.0
    assert cost.epochs_source == "given"
    assert cost.price_date


@pytest.mark.parametrize(
    ("model", "method"),
    [("gpt-4.1-mini", Method.SFT), ("o4-mini", Method.RFT), ("gpt-9", Method.SFT)],
)
def test_unknown_price_is_said_to_be_unknown(model: str, method: Method) -> None:
    """Without a source no price is made up."""
    cost = forecast(1_000, 100, method, rates(model), None)

    assert cost.training_usd is None
    assert cost.unknown


def test_training_type_decides_the_price() -> None:
    """The Developer tier trains at half of Global's price."""
    cost = forecast(1_000_000, 100, Method.SFT, PRICES, 2, "Developer")

    assert (cost.training_type, cost.training_usd) == ("Developer", 2.0)
    assert cost.unknown == ()
