"""A host that dies at every boundary of every step still trains once and deploys once."""

import pytest

from tests.simulation.mutant_stories import AT_ONCE
from tests.simulation.run import run
from tests.simulation.services import Services
from tests.simulation.story import Action, Fault, Story

pytestmark = pytest.mark.services

ACTIVITIES = (
    "validate_dataset",
    "admit_run",
    "upload_files",
    "train_model",
    "create_deployment",
    "check_ready",
    "evaluate_models",
    "promote_version",
)
ORCHESTRATORS = ("fine_tune", "deploy")


@pytest.mark.parametrize("boundary", ["before", "after", "recorded"])
def test_kill_at_every_boundary(boundary: str, here: Services) -> None:
    """Each crash costs a start, and nothing else."""
    points = [f"activity:{name}:{boundary}" for name in ACTIVITIES]
    points += [f"episode:{name}:{boundary}" for name in ORCHESTRATORS]
    crashes = tuple(Fault("crash", {"at": point}) for point in points)
    drop = Action("drop", "brolly", at=1, words=1)

    verdict = run(here, Story(0, "LogsAndContainerScan", AT_ONCE, (drop,), crashes))

    assert verdict.complaints == [], verdict.log
    assert verdict.starts == len(points) + 1
