"""Weeks of a run's life on the local host, under its virtual clock."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journeys.months import BUDGET, PRICE, months
from tests.journeys.place import UNMEASURED, Place, place
from tests.journeys.time import JOB, weeks
from tests.services import emulator

pytestmark = pytest.mark.services

# The service's prices and the app's, each as its own records have them.
ITS_PRICES = {"training": 30.0, "input": 0.4, "output": 1.6, "hosting_hour": 1.7}
OUR_PRICES = """["gpt-4.1-mini-2025-04-14"]
GlobalStandard = { training = 30.0, input = 0.4, output = 1.6, hosting_hour = 1.7 }
Standard = { training = 30.0, input = 0.4, output = 1.6, hosting_hour = 1.7 }
"""


def test_weeks(storage: str, tmp_path: Path) -> None:
    """A job of 720 hours and an idle deployment of 16 days end asleep, with bounded history."""
    journal = tmp_path / "journal.jsonl"
    # The waits of production, but for the longest between two looks: four times as many of them
    # would show the same.
    waits = {"POLL_FIRST": "5s", "POLL_MAX": "4h", "CLAIM_AGE": "2m", "LAST_USED_EVERY": "60s"}
    waits["LOCAL_HOST_JOURNAL"] = str(journal)
    with _start_with_clock(storage, tmp_path, JOB, OUR_PRICES, ITS_PRICES, waits) as here:
        weeks(here, tmp_path, journal)


def test_months(storage: str, tmp_path: Path) -> None:
    """Three versions, a budget, a rollback, sleep, waking and deletion end with an even account."""
    ours = OUR_PRICES.replace("training = 30.0", f"training = {PRICE}")
    settings = {"BUDGET_RUN": BUDGET, "POLL_FIRST": "1m", "POLL_MAX": "1h"}
    its = {**ITS_PRICES, "training": PRICE}
    with _start_with_clock(storage, tmp_path, timedelta(hours=1), ours, its, settings) as here:
        months(here, tmp_path)


@contextmanager
def _start_with_clock(
    storage: str,
    folder: Path,
    job: timedelta,
    ours: str,
    its: Mapping[str, float],
    settings: Mapping[str, str],
) -> Iterator[Place]:
    """The app under a clock that only moves on request, with prices on both sides.

    Args:
        storage: Connection string of an empty account.
        folder: For what it writes.
        job: How long a training takes.
        ours: The prices of the base model, as an operator's own file has them.
        its: The prices that the service charges.
        settings: Beside those of a laptop.
    """
    clock, prices = folder / "clock", folder / "prices.toml"
    prices.write_text(ours)
    values = {**UNMEASURED, "CLOCK_FILE": str(clock), "PRICES": str(prices), **settings}
    training = f"job=seconds:{job.total_seconds():.0f}"
    flags = ("--clock", "virtual", "--paused", "--grace", "0.005")
    with (
        emulator("--transitions", training, "--clock", str(clock), "--control") as service,
        place("local", service, storage, folder, *flags, settings=values) as here,
    ):
        service.control("prices", {"gpt-4.1-mini-2025-04-14": dict(its)})
        yield here
