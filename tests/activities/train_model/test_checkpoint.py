"""Which state of a training is deployed, at the emulated service."""

import json
from io import BytesIO

import pytest

from activities.check_ready import check_ready
from activities.create_deployment import create_deployment
from activities.train_model import train_model
from shared.clients.deployments import deployments
from shared.clients.files import files
from shared.runs.orchestration import RunRef
from tests.activities.calls import call, settled
from tests.activities.conftest import change, row
from tests.container import TRAVEL, Container
from tests.services import Emulator

OVERFITTING = {"checkpoint": "best", "hyperparameters": {"n_epochs": 10}}


@pytest.fixture
def validated(uploaded: RunRef, container: Container) -> RunRef:
    """A run with a validation file, whose training will overfit and wants the best state."""
    container.put("travel.tune.json", json.dumps(OVERFITTING).encode())
    file = files().upload(f"{uploaded.run}.validation.jsonl", BytesIO(TRAVEL))
    change(uploaded, training_validation_file=file.id)
    return uploaded


def test_best_checkpoint_is_deployed_and_answers(validated: RunRef) -> None:
    """The state before the overfitting is what the deployment serves; the timeline says why."""
    settled(train_model, validated)
    chosen = row(validated)

    settled(create_deployment, validated)

    kept = json.loads(chosen.training.checkpoints)
    best = min(kept, key=lambda one: one["valid_loss"])
    found = deployments().get(validated.run)
    assert best is not kept[-1]
    assert chosen.training.checkpoint == best["id"]
    assert chosen.timeline[-1][2] == chosen.training.checkpoint_reason
    assert f"checkpoint of step {best['step']}" in chosen.training.checkpoint_reason
    assert found is not None
    assert (found.model, found.is_tuned) == (best["id"], True)
    assert settled(check_ready, validated).result == "done"


def test_choice_is_made_once(validated: RunRef) -> None:
    """A duplicate adds nothing to the timeline."""
    settled(train_model, validated)
    before = row(validated)

    settled(train_model, validated)

    assert row(validated) == before


def test_last_state_is_the_default(uploaded: RunRef) -> None:
    """Unless asked, nothing is chosen; what the service chose is kept all the same."""
    settled(train_model, uploaded)

    now = row(uploaded)
    assert (now.training.checkpoint, now.training.checkpoint_reason, now.served_model) == (
        "",
        "",
        now.training.tuned_model,
    )
    assert json.loads(now.training.hyperparameters)["n_epochs"] == 10
    assert len(json.loads(now.training.checkpoints)) == 3


def test_checkpoints_that_cannot_be_had_cost_no_training(
    validated: RunRef, emulator: Emulator
) -> None:
    """A refusal that lasts leaves the last state, and the run says so."""
    refused = {"error": {"code": "Forbidden", "message": "No."}}
    emulator.control(
        "faults",
        {"method": "GET", "path": "*/checkpoints", "status": 403, "body": refused, "times": 9},
    )

    outcome = settled(train_model, validated)

    assert outcome.result == "done"
    assert row(validated).training.checkpoint == ""
    assert row(validated).training.checkpoint_reason.startswith("The last state is deployed: ")


def test_checkpoints_are_waited_for(validated: RunRef, emulator: Emulator) -> None:
    """A service that is busy is asked again before anything is chosen."""
    settled(train_model, validated)
    change(validated, training_hyperparameters="", training_checkpoint="")
    emulator.control(
        "faults", {"method": "GET", "path": "*/checkpoints", "status": 503, "times": 9}
    )

    outcome = call(train_model, validated)

    assert (outcome.result, row(validated).training.hyperparameters) == ("wait", "")
