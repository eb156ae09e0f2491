"""One deployment for a run, whatever is repeated, lost or forgotten."""

import pytest

from activities.create_deployment import create_deployment
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import at_once, call, settled
from tests.activities.conftest import change, row
from tests.activities.create_deployment import PUT, only_deployment
from tests.services import Emulator


def test_second_call_changes_nothing(deployed: RunRef, emulator: Emulator) -> None:
    """A duplicate finds the deployment."""
    before = row(deployed)

    outcome = call(create_deployment, deployed)

    assert outcome == Outcome.done()
    assert row(deployed) == before
    assert only_deployment(emulator, deployed)


def test_duplicates_at_once_make_one(trained: RunRef, emulator: Emulator) -> None:
    """Four at the same moment end with one deployment."""
    emulator.control("faults", {**PUT, "delay": 0.1, "times": 4})

    at_once(create_deployment, trained)

    assert settled(create_deployment, trained) == Outcome.done()
    assert only_deployment(emulator, trained)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [{"reset": True}, {"status": 504}])
def test_lost_answer_leaves_one_known_deployment(
    trained: RunRef, emulator: Emulator, when: str, kind: dict[str, object]
) -> None:
    """Whether a lost answer had its effect or not, the registry knows the name beforehand."""
    emulator.control("faults", {**PUT, "when": when, **kind})

    call(create_deployment, trained)
    known = row(trained).deployment.name

    assert known == trained.run
    assert settled(create_deployment, trained) == Outcome.done()
    assert only_deployment(emulator, trained)


def test_deployment_that_the_row_forgot_is_adopted(deployed: RunRef, emulator: Emulator) -> None:
    """A deployment of this run's model is taken for its own, whatever the row says."""
    change(deployed, deployment_name="", deployment_created="")

    outcome = settled(create_deployment, deployed)

    assert outcome == Outcome.done()
    assert only_deployment(emulator, deployed)
    assert row(deployed).deployment.created
