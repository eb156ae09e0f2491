"""Azure's public price list: what is kept of it, and what happens where it is away."""

from collections.abc import Mapping
from typing import Any

import pytest

from activities.log_retirement import log_retirement
from shared.billing import rates
from shared.billing.price_list import choose_row, current_list, forget_list, update_list
from shared.models import model_facts
from shared.runs.orchestration import RetirementSummary
from tests.services import Emulator

TODAY = "2026-12-01"
ROUND = RetirementSummary(()).to_dict()


def row(usd: float, day: str) -> dict[str, Any]:
    """A row of one meter."""
    return {"retailPrice": usd, "effectiveStartDate": f"{day}T00:00:00Z", "unitOfMeasure": "1K"}


@pytest.mark.parametrize(
    ("rows", "usd"),
    [
        ([row(0.005, "2025-04-01"), row(0.006, "2026-11-01")], 0.006),
        ([row(0.005, "2025-04-01"), row(0.006, "2027-01-01")], 0.005),
        ([row(0.00001, "2026-09-01"), row(0.005, "2026-09-01")], 0.005),
        ([row(0.006, "2027-01-01")], None),
        ([], None),
    ],
)
def test_row_in_force_is_chosen(rows: list[Mapping[str, Any]], usd: float | None) -> None:
    """The newest row that is not in the future counts, and a placeholder beside it does not."""
    chosen = choose_row(rows, TODAY)

    assert (chosen["retailPrice"] if chosen else None) == usd


@pytest.mark.usefixtures("app")
def test_daily_check_reads_the_prices_of_the_region() -> None:
    """After it a region's own prices are known, with the list and the day as their source."""
    log_retirement(ROUND)

    found = rates("gpt-4.1-mini")
    assert found.region == "swedencentral"
    assert found.training(1_000_000, "Standard").usd == 6.05
    assert found.chat(1_000_000, 0, "Standard").usd == 0.484
    assert found.source is not None
    assert found.source.url.endswith("/api/retail/prices")
    assert found.source.date


@pytest.mark.usefixtures("app")
def test_shipped_prices_agree_with_the_list() -> None:
    """Every price of the data file is the one that the list of its date has."""
    log_retirement(ROUND)

    for model in model_facts().models.values():
        listed = current_list().prices.get(model.id)
        for kind, item in model.meters.values():
            known = model.price.find(kind, item, "swedencentral")
            assert listed is not None
            assert listed.find(kind, item, "swedencentral") == known, (model.id, kind, item)


def test_list_that_is_away_leaves_the_last_one(
    app: Mapping[str, str], emulator: Emulator, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of the list is a line in the log: yesterday's prices stay, and the round ends."""
    log_retirement(ROUND)
    day = current_list().day
    emulator.control(
        "faults", {"method": "GET", "path": "/api/retail/prices", "status": 503, "times": 50}
    )

    log_retirement(ROUND)

    assert "the list was not read" in caplog.text
    assert (current_list().day, rates("gpt-4.1-mini").region) == (day, "swedencentral")
    assert app["PRICE_LIST"]


@pytest.mark.usefixtures("app")
def test_implausible_row_is_not_used(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A price far from the shipped one is a mistake of the list or of its reading."""
    monkeypatch.setattr("shared.billing.price_list._PER_MILLION", {"1K": 100_000.0, "1 Hour": 1.0})

    update_list("swedencentral", rates_url())

    assert "is expected" in caplog.text
    assert rates("gpt-4.1-mini").training(1_000_000, "GlobalStandard").usd == 5.0


@pytest.mark.usefixtures("app")
def test_region_is_kept_without_a_list() -> None:
    """With PRICE_LIST=off the shipped prices of the resource's region count."""
    update_list("northcentralus", None)
    forget_list()

    found = rates("gpt-4.1-mini")
    assert found.training(1_000_000, "Standard").usd == 5.5
    assert found.source is not None
    assert found.source.date == model_facts().sources["prices"].date


def rates_url() -> str:
    """Where the emulator serves the list."""
    from shared.settings import settings

    return str(settings().price_list)
