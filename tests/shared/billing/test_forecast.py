"""The one forecast: training by tokens, epochs and type, hosting by SKU and idle time."""

from datetime import timedelta
from pathlib import Path

import pytest

from shared.billing.forecast import default_epochs, forecast, forecast_run
from shared.models import model_facts
from shared.registry import Run
from shared.registry.parts import Dataset, Training
from tests.runs import at
from tests.shared.billing.prices import known_prices

MODEL = "gpt-4.1-2025-04-14"
RUN = Run(
    model="a",
    id="a-0123456789",
    created=at("2026-11-01T00:00:00.000Z"),
    dataset=Dataset(blob="a.jsonl", etag="0x1", tokens=1_000_000),
    training=Training(base_model="mine-1", type="Developer", epochs=3),
)


@pytest.mark.parametrize(
    ("examples", "epochs"),
    [(0, 3), (1, 25), (10, 10), (33, 3), (34, 3), (8_333, 3), (8_334, 2), (25_000, 1), (10**6, 1)],
)
def test_default_epochs_follow_the_cookbook(examples: int, epochs: int) -> None:
    """Few examples are seen more often, many less, three times in between."""
    assert default_epochs(examples) == epochs


def test_cost_is_tokens_times_epochs_times_price() -> None:
    """A million tokens in two epochs cost twice the price of a million, and hosting runs on."""
    cost = forecast(MODEL, "sft", tokens=1_000_000, examples=100, epochs=2).to_dict()

    assert cost["training_tokens"] == 2_000_000
    assert cost["training_usd"] == 50.0
    assert cost["hosting_usd_per_day"] == 40.8
    assert cost["hosting_usd_until_idle"] == 612.0
    assert (cost["idle_days"], cost["deployment_sku"]) == (15, "Standard")
    assert cost["epochs_source"] == "given"
    assert cost["price_date"]


@pytest.mark.parametrize(
    ("sku", "idle_after", "days", "usd"),
    [
        ("Standard", timedelta(days=3), 3, 122.4),
        ("GlobalStandard", timedelta(hours=12), 0.5, 20.4),
        ("Standard", timedelta(days=30), 15, 612.0),
        ("DeveloperTier", timedelta(days=3), 3, 0.0),
    ],
)
def test_hosting_is_that_of_the_settings(
    sku: str, idle_after: timedelta, days: float, usd: float
) -> None:
    """SKU and idle time decide; after 15 idle days the service deletes a deployment by itself."""
    cost = forecast(MODEL, "sft", tokens=1000, sku=sku, idle_after=idle_after).to_dict()

    assert (cost["deployment_sku"], cost["idle_days"]) == (sku, days)
    assert cost["hosting_usd_until_idle"] == usd


@pytest.mark.parametrize(
    ("model", "method"), [("gpt-5", "rft"), ("o4-mini", "rft"), ("gpt-9", "sft")]
)
def test_unknown_price_is_said_to_be_unknown(model: str, method: str) -> None:
    """Without a source no price is made up."""
    cost = forecast(model, method, tokens=1_000, examples=100).to_dict()

    assert cost["training_usd"] is None
    assert cost["unknown"]


def test_rft_has_a_price_by_the_hour() -> None:
    """Nobody knows the hours beforehand, but the price of one is said."""
    found = forecast("o4-mini", "rft", tokens=1_000, examples=100).training

    assert found.usd is None
    assert "at $100.00" in found.unknown[0]


def test_training_type_decides_the_price() -> None:
    """The Developer tier trains at half of Global's price."""
    cost = forecast(MODEL, "sft", tokens=1_000_000, epochs=2, training_type="Developer")

    assert (cost.training_type, cost.training.usd) == ("Developer", 25.0)
    assert cost.training.unknown == ()


def test_forecast_of_the_default_model_is_known() -> None:
    """A budget need not wait for a person because nothing is known of the model's price."""
    cost = forecast(model_facts().default, "sft", tokens=1_000_000, examples=100).to_dict()

    assert (cost["training_usd"], cost["unknown"]) == (15.0, [])


def test_run_has_the_same_forecast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three million tokens at 2, a day at 48; part of a month costs that part."""
    known_prices(tmp_path, monkeypatch)

    cost = forecast_run(RUN, "Standard", timedelta(days=2))

    assert (cost.training.usd, cost.hosting_day.usd) == (6.0, 48.0)
    assert cost.cost().total.usd == 6.0 + 96.0
    assert cost.cost(timedelta(hours=1)).hosting.usd == 2.0
    assert cost.cost(timedelta(days=9)).hosting.usd == 96.0
