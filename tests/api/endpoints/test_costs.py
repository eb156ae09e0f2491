"""What things cost, as callers see it, and the approval above a budget."""

from typing import Any

import pytest

from api.openapi import specification
from shared.registry.parts import HostedHours, TrainingCharge
from shared.registry.state import Phase
from tests.api.conftest import FUNCTION_KEY, MASTER_KEY, Here
from tests.runs import at

BASE = "gpt-4.1-2025-04-14"  # 25 dollars for a million trained tokens, 1.70 for an hour
PAID: dict[str, Any] = {
    "training_base_model": BASE,
    "training_type": "GlobalStandard",
    "training_epochs": 3,
    "training_charges": (
        TrainingCharge("ftjob-1", at("2020-02-03T00:00:00.000Z"), "GlobalStandard", 1_500_000),
    ),
    "dataset_tokens": 500_000,
    "deployment_hosted_hours": (
        HostedHours("2020-01", "Standard", 10.0),
        HostedHours("2020-02", "Standard", 20.0),
    ),
}


def test_a_run_shows_forecast_and_actual_costs(here: Here) -> None:
    """Tokens times epochs before, trained tokens and hours after, with the prices' source."""
    here.seed("paid-0123456789", phase=Phase.ASLEEP, **PAID)

    costs = _get(here, "runs/paid-0123456789")["costs"]

    assert costs["forecast"]["training"]["usd"] == 37.5
    assert costs["forecast"]["hosting_day"]["usd"] == 40.8
    assert costs["forecast"]["hosting_until_idle"]["usd"] == 40.8 * costs["forecast"]["idle_days"]
    assert costs["actual"]["training"]["usd"] == 37.5
    assert costs["actual"]["hosting"]["usd"] == 51.0
    assert costs["actual"]["total"]["usd"] == 88.5
    assert costs["hours"] == 30.0
    assert costs["price_source"].startswith("https://prices.azure.com/")
    assert costs["price_date"]


def test_what_is_unknown_is_said_to_be_unknown(here: Here) -> None:
    """Where a price has no source there is no sum, but what is known and the reason."""
    charge = TrainingCharge("ftjob-1", at("2020-02-03T00:00:00.000Z"), "Unheard", 1_500_000)
    values = {**PAID, "training_charges": (charge,)}
    here.seed("unpriced-0123456789", phase=Phase.ASLEEP, **values)

    actual = _get(here, "runs/unpriced-0123456789")["costs"]["actual"]

    assert "usd" not in actual["total"]
    assert actual["total"]["at_least_usd"] == 51.0
    assert "no price is known for training" in actual["total"]["unknown"][0]


def test_a_run_that_is_not_validated_has_no_forecast(here: Here) -> None:
    """Nothing is known yet, and nothing was paid."""
    here.seed("new-0123456789", phase=Phase.REJECTED)

    costs = _get(here, "runs/new-0123456789")["costs"]

    assert "forecast" not in costs
    assert costs["actual"]["total"]["usd"] == 0.0


def test_a_month_by_run_and_by_model(here: Here) -> None:
    """Only what fell into the month counts, and the parts add up."""
    here.seed("month-0123456789", phase=Phase.SUPERSEDED, **{**PAID, "deployment_hosted_hours": ()})
    here.seed("month-aaaaaaaaaa", phase=Phase.ASLEEP, **{**PAID, "training_charges": ()})

    found = _get(here, "costs", month="2020-02")

    mine = [one for one in found["models"] if one["model"] == "month"]
    runs = {one["run"]: one["total"]["at_least_usd"] for one in found["runs"]}
    assert [one["total"]["usd"] for one in mine] == [71.5]
    assert runs["month-0123456789"] == 37.5
    assert runs["month-aaaaaaaaaa"] == 34.0
    assert found["total"]["total"]["at_least_usd"] == pytest.approx(
        sum(one["total"]["at_least_usd"] for one in found["models"])
    )
    assert _get(here, "costs", month="2019-12")["runs"] == []


def test_the_present_month_is_the_default(here: Here) -> None:
    """Without a query it is this month."""
    assert len(_get(here, "costs")["month"]) == len("2026-11")


@pytest.mark.parametrize("month", ["2026-13", "november", "2026-1", ""])
def test_a_month_that_is_none(here: Here, month: str) -> None:
    """400 with the value seen."""
    answer = here.http.get("costs", params={"month": month}, headers=FUNCTION_KEY)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "month"


def test_deployments_show_their_cost_so_far(here: Here) -> None:
    """A deployment of last year has cost a lot, and the hours say why."""
    since = "2020-03-01T00:00:00.000Z"
    values = {**PAID, "deployment_sku": "Standard", "deployment_live_since": since}
    here.seed("dear-0123456789", deployment_name="dear-0123456789", **values)

    found = _get(here, "deployments")["deployments"]

    (mine,) = [one for one in found if one["run"] == "dear-0123456789"]
    assert mine["hours"] > 50_000
    assert mine["cost_so_far"]["usd"] == pytest.approx(mine["hours"] * 1.7, rel=1e-3)
    assert mine["sku"] == "Standard"


def test_an_approval_is_written_and_the_run_goes_on(here: Here) -> None:
    """202 with the run; one whose orchestration is lost is begun again."""
    here.seed("above-0123456789", phase=Phase.QUEUED, admission_waits_for="budget")

    answer = here.http.post("runs/above-0123456789/approve", headers=MASTER_KEY)

    assert answer.status_code == 202
    assert answer.json()["id"] == "above-0123456789"
    assert here.rows.get("above-0123456789").admission.approved


def test_nothing_to_approve(here: Here) -> None:
    """A run that serves waits for no approval, and an unknown one is not there."""
    here.seed("serves-0123456789")

    refused = here.http.post("runs/serves-0123456789/approve", headers=MASTER_KEY)
    missing = here.http.post("runs/nobody-0123456789/approve", headers=MASTER_KEY)
    wrong = here.http.post("runs/serves-0123456789/approve", headers=FUNCTION_KEY)

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nothing_to_approve")
    assert missing.status_code == 404
    assert wrong.status_code == 401


def test_costs_are_in_the_document() -> None:
    """Both endpoints are documented."""
    paths = specification()["paths"]

    assert paths["/costs"]["get"]["responses"].keys() >= {"200", "400", "401"}
    assert paths["/runs/{id}/approve"]["post"]["responses"].keys() >= {"202", "404", "409"}


def _get(here: Here, path: str, **query: str) -> Any:
    answer = here.http.get(path, params=query, headers=FUNCTION_KEY)
    assert answer.status_code == 200, answer.text
    return answer.json()
