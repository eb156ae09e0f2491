"""One deployment for a run, whatever is repeated, lost or forgotten."""

import pytest

from activities.create_deployment import create_deployment
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import at_once, call, settle
from tests.activities.conftest import change, row
from tests.activities.create_deployment import PUT, only_deployment
from tests.services import Emulator


def test_second_call_changes_nothing(deployed_run: RunRef, emulator: Emulator) -> None:
    """A duplicate finds the deployment."""
    before = row(deployed_run)

    outcome = call(create_deployment, deployed_run)

    assert outcome == Outcome.done()
    assert row(deployed_run) == before
    assert only_deployment(emulator, deployed_run)


def test_duplicates_at_once_make_one(trained_run: RunRef, emulator: Emulator) -> None:
    """Four at the same time end with one deployment."""
    emulator.control("faults", {**PUT, "delay": 0.1, "times": 4})

    at_once(create_deployment, trained_run)

    assert settle(create_deployment, trained_run) == Outcome.done()
    assert only_deployment(emulator, trained_run)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [{"reset": True}, {"status": 504}])
def test_lost_answer_leaves_one_known_deployment(
    trained_run: RunRef, emulator: Emulator, when: str, kind: dict[str, object]
) -> None:
    """Whether a lost answer had its effect or not, the registry knows the name beforehand."""
    emulator.control("faults", {**PUT, "when": when, **kind})

    call(create_deployment, trained_run)
    known = row(trained_run).deployment.name

    assert known == trained_run.run
    assert settle(create_deployment, trained_run) == Outcome.done()
    assert only_deployment(emulator, trained_run)


def test_deployment_that_the_row_forgot_is_adopted(
    deployed_run: RunRef, emulator: Emulator
) -> None:
    """A deployment of this run's model is taken for its own, whatever the row says."""
    change(deployed_run, deployment_name="", deployment_created=None)

    outcome = settle(create_deployment, deployed_run)

    assert outcome == Outcome.done()
    assert only_deployment(emulator, deployed_run)
    assert row(deployed_run).deployment.created
