"""Weeks of a run's life on the local host, under its virtual clock."""

from pathlib import Path

from local.processes import ROOT
from tests.journeys.place import UNMEASURED, place
from tests.journeys.time import JOB, weeks
from tests.services import emulator

MODELS = ROOT / "shared" / "models" / "models.toml"
# The service's prices and the app's, each as its own records have them.
ITS_PRICES = {"training": 30.0, "input": 0.4, "output": 1.6, "hosting_hour": 1.7}
OUR_PRICES = "price = { training = 30.0, input = 0.4, output = 1.6, hosting_hour = 1.7 }"


def test_weeks(storage: str, tmp_path: Path) -> None:
    """A job of 720 hours and an idle deployment of 16 days end asleep, with bounded history."""
    clock, journal = tmp_path / "clock", tmp_path / "journal.jsonl"
    training = f"job=seconds:{JOB.total_seconds():.0f}"
    # The waits of production, not a laptop's: what they cost is what is looked at.
    waits = {"POLL_FIRST": "5s", "POLL_MAX": "10m", "CLAIM_AGE": "2m", "LAST_USED_EVERY": "60s"}
    facts = tmp_path / "facts.toml"
    facts.write_text(MODELS.read_text().replace("price = { hosting_hour = 1.70 }", OUR_PRICES))
    waits |= {"MODEL_FACTS": str(facts)}
    settings = {**waits, **UNMEASURED, "CLOCK_FILE": str(clock), "LOCAL_HOST_JOURNAL": str(journal)}
    with (
        emulator("--transitions", training, "--clock", str(clock), "--control") as service,
        place(
            *(
                "local",
                service,
                storage,
                tmp_path,
                "--clock",
                "virtual",
                "--held",
                "--grace",
                "0.005",
            ),
            settings=settings,
        ) as here,
    ):
        service.control("prices", {"gpt-4.1-mini-2025-04-14": ITS_PRICES})
        weeks(here, tmp_path, journal)
