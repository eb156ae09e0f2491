"""Retirement of models, when it is enforced."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.azure.models import catalogue
from tests.local.azure.emulator import MODEL, EmulatorClient

DAY = 24 * 3600.0
#: A day on which every model of the catalogue can still be used, whatever day it is by now.
BEFORE_ALL = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def clock(tmp_path: Path) -> Path:
    """A clock file by which it is `BEFORE_ALL`."""
    file = tmp_path / "clock"
    file.write_text(str(BEFORE_ALL.timestamp() - time.time()))
    return file


def days_until(azure: EmulatorClient, kind: str, model: str) -> float:
    """Days from now to an end date of a model."""
    model_object = azure.call_v1("GET", f"/models/{model}").json()
    return float(model_object["deprecation"][kind] - azure.look("state")["now"]) / DAY


def test_a_retired_base_model_answers_410(
    start: Callable[..., EmulatorClient], clock: Path
) -> None:
    """From its published date on, if that is enforced."""
    azure = start(retirement=True, bases={"new": "gpt-5-mini"}, clock_file=clock)
    before = azure.chat("new").status_code
    azure.control(
        "clock", advance=DAY * (days_until(azure, "inference", "gpt-5-mini-2025-08-07") + 1)
    )

    answer = azure.chat("new")

    assert (before, answer.status_code) == (200, 410)
    assert "has been retired" in answer.json()["error"]["message"]


def test_a_tuned_model_outlives_its_base(start: Callable[..., EmulatorClient], clock: Path) -> None:
    """Tuned deployments go on for half a year after; training ends with the base."""
    azure = start(retirement=True, clock_file=clock)
    model = azure.deploy_tuned_model()
    azure.control("clock", advance=DAY * (days_until(azure, "inference", MODEL) + 1))
    base, tuned = azure.chat("gpt-4.1-mini").status_code, azure.chat("tuned").status_code
    days_of_training = days_until(azure, "fine_tune", MODEL)
    request = {"model": MODEL, "training_file": azure.upload(), "trainingType": "Standard"}
    training = azure.call_v1("POST", "/fine_tuning/jobs", json=request)
    azure.control("clock", advance=DAY * (days_until(azure, "inference", model) + 1))

    assert (base, tuned) == (410, 200)
    assert days_of_training < 0
    assert "does not support fine-tuning" in training.json()["error"]["message"]
    assert azure.chat("tuned").status_code == 410


def test_by_default_dates_are_only_shown(start: Callable[..., EmulatorClient], clock: Path) -> None:
    """A base model past its date answers unless retirement is enforced."""
    azure = start(clock_file=clock)
    azure.control("clock", advance=DAY * (days_until(azure, "inference", MODEL) + 1))

    assert azure.chat("gpt-4.1-mini").status_code == 200


def test_a_retired_base_model_is_not_deployed_again(
    start: Callable[..., EmulatorClient], clock: Path
) -> None:
    """With retirement enforced a new deployment of it is refused as deprecated."""
    azure = start(retirement=True, clock_file=clock)
    model = {"format": "OpenAI", "name": "gpt-4.1-mini", "version": "2025-04-14"}
    body = {"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": model}}
    before = azure.call_arm("PUT", "/deployments/early", json=body)
    azure.control("clock", advance=DAY * (days_until(azure, "inference", MODEL) + 1))

    answer = azure.call_arm("PUT", "/deployments/late", json=body)

    assert (before.status_code, answer.status_code) == (201, 400)
    assert answer.json()["error"]["code"] == "ServiceModelDeprecated"


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2035])
def test_an_emulator_can_be_started_in_any_year(year: int) -> None:
    """The default model can be trained then, and its dates do not change from day to day."""
    start = datetime(year, 12, 2, tzinfo=UTC).timestamp()
    published = catalogue.seconds(catalogue.CATALOGUE[MODEL].training_until)

    assert published + catalogue.move_dates(start) > start + 60 * DAY
    assert catalogue.move_dates(start) == catalogue.move_dates(start + DAY)
