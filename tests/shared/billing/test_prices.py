"""What the use of a model is charged at."""

from dataclasses import replace
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
    ("training_type", "usd"),
    [("GlobalStandard", 8.0), ("datazonestandard", 8.8), ("DEVELOPER", 4.0)],
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


def test_chat_is_paid_by_the_sku_that_answers() -> None:
    """A data zone costs more than Global, and nothing is said of a SKU that has no price."""
    assert rates("mine").chat(500_000, 1_000_000, "DataZoneStandard").usd == pytest.approx(3.85)
    assert rates("mine").chat(1, 0, "ProvisionedManaged").usd is None


def test_standard_has_prices_by_region() -> None:
    """The region decides; where it is not known, only what costs the same everywhere is known."""
    known = rates("mine")
    there = replace(known, region="swedencentral")

    assert there.training(2_000_000, "Standard").usd == 12.0
    assert there.chat(1_000_000, 0, "Standard").usd == 1.5
    assert known.hosting(1.5, "Standard").usd == 3.0
    assert known.training(1, "Standard").unknown[0] == (
        "no price is known for training as Standard of mine-1 before the region of the resource is "
        "known (the daily check reads it); a price in the file of PRICES makes it known"
    )
    assert replace(known, region="westus").training(1, "Standard").unknown[0] == (
        "no price is known for training as Standard of mine-1 outside of swedencentral, westus3; "
        "a price in the file of PRICES makes it known"
    )


def test_own_prices_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A contract's price replaces the list's, also of a model that is in no list."""
    table = tmp_path / "prices.toml"
    table.write_text(
        '["mine-1"]\nGlobalStandard = { training = 0.5 }\n'
        '["gpt-9"]\nStandard = { hosting_hour = 9.0 }\n'
    )
    monkeypatch.setenv("PRICES", str(table))

    assert rates("mine").training(2_000_000, "GlobalStandard").usd == 1.0
    assert rates("mine").hosting(1, "GlobalStandard").usd == 2.0
    assert rates("gpt-9").hosting(1, "Standard").usd == 9.0
    source = rates("mine").source
    assert source is not None
    assert source.url == f"your file {table}, then https://example.org/contract"


def test_source_of_the_prices_goes_with_them() -> None:
    """A user's own prices say where they come from."""
    source = rates("mine").source

    assert source is not None
    assert (source.url, source.date) == ("https://example.org/contract", "2026-03-04")


def test_another_sku_or_type_is_unknown() -> None:
    """What the data has no price for is not guessed."""
    assert rates("mine").hosting(1, "ProvisionedManaged").usd is None
    assert rates("mine").training(1, "Elsewhere").unknown[0] == (
        "no price is known for training as Elsewhere of mine-1; a price in the file of PRICES "
        "makes it known"
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


def test_shipped_prices_are_the_list_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of Azure's price list of 2026-08-11; what has no public meter is unknown."""
    monkeypatch.delenv("MODEL_FACTS")
    sweden = replace(rates("gpt-4.1"), region="swedencentral")

    assert rates("gpt-4.1").training(1_000_000, "GlobalStandard").usd == 25.0
    assert rates("gpt-4.1").training(1_000_000, "Developer").usd == 12.5
    assert rates("gpt-4.1").training(1_000_000, "DataZoneStandard").usd == 27.5
    assert sweden.training(1_000_000, "Standard").usd == 30.25
    assert rates("gpt-4.1-mini").training(1_000_000, "GlobalStandard").usd == 5.0
    assert rates("gpt-4.1-mini").chat(1_000_000, 1_000_000).usd == 2.0
    assert rates("qwen3-32b").training(1_000_000, "GlobalStandard").usd == 3.2
    assert rates("gpt-oss-20b").hosting(1, "GlobalStandard").usd == 0.3
    assert rates("o4-mini").training(1, "GlobalStandard").unknown == (
        "training of o4-mini-2025-04-16 is paid by the hour",
    )
    assert rates("o4-mini").training_by_hour(0.5, "GlobalStandard").usd == 50.0
    assert rates("gpt-5").training_by_hour(0.5, "GlobalStandard").usd is None
    assert rates("gpt-5").hosting(1, "Standard").usd is None
    assert rates("o4-mini").chat(1_000_000, 1_000_000).usd == 5.5
    assert rates("gpt-4.1").hosting(24, "Standard").usd == pytest.approx(40.8)


@given(st.lists(st.integers(0, 10**9), max_size=20))
def test_cost_of_parts_is_cost_of_the_whole(parts: list[int]) -> None:
    """Counting by chat, by day or by month gives the same bill."""
    price = rates("mine")
    sums = sum((price.chat(part, part) for part in parts), FREE)

    assert sums.usd == pytest.approx(4.0 * sum(parts) / 1_000_000)
