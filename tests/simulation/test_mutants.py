"""The simulation finds each activity that does not look for its own effect."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from local.processes import ROOT
from tests.simulation.mutant_stories import MUTANTS, SCRIPT, WITHOUT_MUTANT, write_app
from tests.simulation.run import run
from tests.simulation.services import Services
from tests.test_function_app import ACTIVITIES

pytestmark = pytest.mark.services


def test_every_activity_has_a_mutant() -> None:
    """Each activity, and what they share, has its mutant, or a reason why none is needed."""
    assert set(MUTANTS) | set(WITHOUT_MUTANT) == {*ACTIVITIES, "_runner"}
    assert not set(MUTANTS) & set(WITHOUT_MUTANT)


def test_mutants_replace_what_is_there() -> None:
    """Each mutant finds the functions that it replaces; a renamed one would go unnoticed."""
    script = "from tests.simulation.mutant_stories import MUTANTS as all\n"
    script += "for one in all.values(): one.apply()"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


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
