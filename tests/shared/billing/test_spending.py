"""What a run has cost and will cost."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.billing.spending import Spending, spending
from shared.models import Method
from shared.registry import Run
from shared.registry.parts import ChargedHours, Dataset, HostedHours, Training, TrainingCharge
from tests.runs import at
from tests.shared.billing.prices import known_prices

NOW = datetime(2026, 12, 2, tzinfo=UTC)
RUN = Run(
    model="a",
    id="a-0123456789",
    created=at("2026-11-01T00:00:00.000Z"),
    dataset=Dataset(blob="a.jsonl", etag="0x1", tokens=1_000_000),
    training=Training(base_model="mine-1", type="Developer", epochs=3),
)
DONE = RUN.with_training(
    charges=(TrainingCharge("ftjob-1", at("2026-11-30T23:00:00.000Z"), "Developer", 2_000_000),)
).with_deployment(
    hosted_hours=(
        HostedHours("2026-11", "Standard", 10.0),
        HostedHours("2026-11", "DeveloperTier", 24.0),
    ),
    name="a-0123456789",
    sku="Standard",
    live_since=at("2026-11-30T23:00:00.000Z"),
)


@pytest.fixture(autouse=True)
def prices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's file in which every price is known."""
    known_prices(tmp_path, monkeypatch)


def test_a_run_costs_its_training_and_its_hours() -> None:
    """Two million tokens at 2, 10 and 25 hours at 2."""
    found = spending(DONE, NOW)

    assert (found.training.usd, found.hosting.usd, found.chat.usd) == (4.0, 70.0, 0.0)
    assert found.total.usd == 74.0


def test_a_month_has_its_own_share() -> None:
    """The training and an hour of the present deployment fall into November, a day does not."""
    november = spending(DONE, NOW, month="2026-11")
    december = spending(DONE, NOW, month="2026-12")

    assert (november.training.usd, november.hosting.usd) == (4.0, 22.0)
    assert (december.training.usd, december.hosting.usd) == (0.0, 48.0)
    assert (november + december).total.usd == spending(DONE, NOW).total.usd


def test_a_run_that_did_nothing_cost_nothing() -> None:
    """A rejected dataset is free, whatever its model."""
    assert spending(RUN.with_training(base_model="gpt-9"), NOW) == Spending()


def test_a_job_that_does_not_say_its_tokens_has_unknown_cost() -> None:
    """It is not free, so the sum says that something is missing."""
    row = RUN.with_training(
        charges=(TrainingCharge("ftjob-1", at("2026-11-30T23:00:00.000Z"), "Developer", None),)
    )

    assert spending(row, NOW).total.usd is None
    assert "ftjob-1" in spending(row, NOW).total.unknown[0]


RFT = RUN.with_training(base_model="thinker", type="GlobalStandard", method=Method.RFT)
TAUGHT = RFT.with_training(
    charges=(TrainingCharge("ftjob-1", at("2026-11-30T23:00:00.000Z"), "GlobalStandard", None),),
    charged_hours=(ChargedHours("ftjob-1", 0.5),),
)


def test_training_by_the_hour_costs_the_hours_that_the_service_says() -> None:
    """Half an hour at a hundred; without its hours it is unknown, not free."""
    assert spending(TAUGHT, NOW).training.usd == 50.0
    assert spending(TAUGHT, NOW, month="2026-12").training.usd == 0.0
    assert spending(TAUGHT.with_training(charged_hours=()), NOW).training.usd is None
    assert (
        spending(
            TAUGHT.with_training(charged_hours=(ChargedHours("ftjob-0", 1.0),)), NOW
        ).training.usd
        is None
    )


def test_hours_in_one_region_have_no_published_price() -> None:
    """It is 10 to 30 % above that of GlobalStandard, which is no price."""
    row = TAUGHT.with_training(
        charges=(TrainingCharge("ftjob-1", at("2026-11-30T23:00:00.000Z"), "Standard", None),)
    )

    assert spending(row, NOW).training.usd is None


def test_a_model_that_grades_makes_the_sum_incomplete() -> None:
    """Its tokens are charged as well, and nobody tells them."""
    found = spending(TAUGHT.with_training(grader_model="o3-mini"), NOW).training

    assert (found.usd, found.at_least) == (None, 50.0)
    assert "o3-mini" in found.unknown[0]
