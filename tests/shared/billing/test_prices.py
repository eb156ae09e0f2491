"""What the use of a model is charged at."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.billing import FREE, rates
from tests.shared.billing.prices import known_prices


@pytest.fixture(autouse=True)
def facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's file in which every price is known."""
    known_prices(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("training_type", "usd"), [("GlobalStandard", 8.0), ("standard", 10.0), ("DEVELOPER", 4.0)]
)
def test_training_is_paid_by_tokens_and_type(training_type: str, usd: float) -> None:
    """Two million trained tokens; Developer costs half of Global."""
    assert rates("mine").training(2_000_000, training_type).usd == usd


@pytest.mark.parametrize(
    ("sku", "usd"), [("Standard", 3.0), ("globalstandard", 3.0), ("DeveloperTier", 0.0)]
)
def test_hosting_is_paid_by_the_hour_and_sku(sku: str, usd: float) -> None:
    """An hour and a half; the Developer tier has no hosting fee."""
    assert rates("mine").hosting(1.5, sku).usd == usd


def test_chat_of_a_tuned_model_is_paid_like_its_base() -> None:
    """Prompt and completion tokens have prices of their own."""
    found = rates("mine-1.ft-0123abcd-brolly").chat(500_000, 1_000_000)

    assert found.usd == 3.5


def test_source_of_the_prices_goes_with_them() -> None:
    """A user's own prices say where they come from."""
    source = rates("mine").source

    assert source is not None
    assert (source.url, source.date) == ("https://example.org/contract", "2026-03-04")


def test_another_sku_or_type_is_unknown() -> None:
    """What the data has no price for is not guessed."""
    assert rates("mine").hosting(1, "ProvisionedManaged").usd is None
    assert rates("mine").training(1, "Elsewhere").unknown == (
        "no price is known for training as Elsewhere of mine-1",
    )


def test_unknown_model_has_no_prices() -> None:
    """Every cost of it is unknown, with a reason that names it."""
    found = rates("gpt-9")

    for amount in (
        found.training(1, "Standard"),
        found.hosting(1, "DeveloperTier"),
        found.chat(1, 0),
    ):
        assert amount.usd is None
        assert "gpt-9" in amount.unknown[0]


def test_nothing_used_costs_nothing() -> None:
    """A model that nobody called has no chat cost, whatever its price is."""
    found = rates("gpt-9")

    assert found.chat(0, 0) == found.training(0, "Standard") == found.hosting(0, "x") == FREE


def test_shipped_prices_say_what_they_do_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """Azure's page names one training price and one by the hour; no others are made up."""
    monkeypatch.delenv("MODEL_FACTS")

    assert rates("gpt-4.1").training(1_000_000, "GlobalStandard").usd == 2.0
    assert rates("gpt-4.1").training(1_000_000, "Developer").usd == 1.0
    assert rates("gpt-4.1").training(1_000_000, "Standard").usd is None
    assert rates("gpt-4.1-mini").training(1, "GlobalStandard").usd is None
    assert rates("o4-mini").training(1, "GlobalStandard").unknown == (
        "training of o4-mini-2025-04-16 is paid by the hour",
    )
    assert rates("o4-mini").training_by_hour(0.5, "GlobalStandard").usd == 50.0
    assert rates("gpt-5").training_by_hour(0.5, "GlobalStandard").usd is None
    assert rates("o4-mini").chat(1_000_000, 1_000_000).usd == 5.5
    assert rates("gpt-4.1").hosting(24, "Standard").usd == pytest.approx(40.8)


@given(st.lists(st.integers(0, 10**9), max_size=20))
def test_cost_of_parts_is_cost_of_the_whole(parts: list[int]) -> None:
    """Counting by chat, by day or by month gives the same bill."""
    price = rates("mine")
    sums = sum((price.chat(part, part) for part in parts), FREE)

    assert sums.usd == pytest.approx(4.0 * sum(parts) / 1_000_000)
