"""The simulation finds each activity that does not look for its own effect."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulation.mutant_stories import MUTANTS, SCRIPT, WITHOUT_MUTANT, write_app
from tests.simulation.run import run
from tests.simulation.services import Services
from tests.test_function_app import ACTIVITIES


def test_every_activity_is_broken_once() -> None:
    """Each activity of the app has its break, or a reason why it has nothing to forget."""
    assert set(MUTANTS) | set(WITHOUT_MUTANT) == ACTIVITIES
    assert not set(MUTANTS) & set(WITHOUT_MUTANT)


@pytest.mark.parametrize("name", MUTANTS)
def test_finds_what_is_broken(name: str, here: Services, tmp_path: Path) -> None:
    """A story that ends well breaks an invariant when one activity forgets to look."""
    one = MUTANTS[name]
    settings = {"PYTHON_SCRIPT_FILE_NAME": SCRIPT}
    broken = replace(here, app=write_app(name, tmp_path), settings=settings)

    well = run(here, one.story)
    badly = run(broken, one.story)

    assert (well.complaints, well.skipped) == ([], []), well.log
    assert one.rule in {complaint.partition(":")[0] for complaint in badly.complaints}, badly.log
