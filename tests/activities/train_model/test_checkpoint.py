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
from tests.activities.calls import call, settle
from tests.activities.conftest import change, pin, row
from tests.container import Container
from tests.dataset import DATASET
from tests.services import Emulator

OVERFITTING = {"checkpoint": "best", "hyperparameters": {"n_epochs": 10}}


@pytest.fixture
def validated_run(uploaded_run: RunRef, container: Container) -> RunRef:
    """A run with a validation file, whose training will overfit and wants the best state."""
    container.put("brolly.tune.json", json.dumps(OVERFITTING).encode())
    pin(uploaded_run)
    file = files().upload(f"{uploaded_run.run}.validation.jsonl", BytesIO(DATASET))
    change(uploaded_run, training_validation_file=file.id)
    return uploaded_run


def test_best_checkpoint_is_deployed_and_answers(validated_run: RunRef) -> None:
    """The state before the overfitting is what the deployment serves; the timeline says why."""
    settle(train_model, validated_run)
    chosen = row(validated_run)

    settle(create_deployment, validated_run)

    kept = chosen.training.checkpoints
    best = min(kept, key=lambda one: one.valid_loss or 0.0)
    found = deployments().get(validated_run.run)
    assert best is not kept[-1]
    assert chosen.training.checkpoint == best.id
    assert chosen.timeline[-1][2] == chosen.training.checkpoint_reason
    assert f"checkpoint of step {best.step}" in chosen.training.checkpoint_reason
    assert found is not None
    assert (found.model, found.is_tuned) == (best.id, True)
    assert settle(check_ready, validated_run).result == "done"


def test_choice_is_made_once(validated_run: RunRef) -> None:
    """A duplicate adds nothing to the timeline."""
    settle(train_model, validated_run)
    before = row(validated_run)

    settle(train_model, validated_run)

    assert row(validated_run) == before


def test_last_state_is_the_default(uploaded_run: RunRef) -> None:
    """Unless asked, nothing is chosen; what the service chose is kept all the same."""
    settle(train_model, uploaded_run)

    now = row(uploaded_run)
    assert (now.training.checkpoint, now.training.checkpoint_reason, now.served_model) == (
        "",
        "",
        now.training.tuned_model,
    )
    assert (now.training.hyperparameters or {})["n_epochs"] == 10
    assert len(now.training.checkpoints) == 3


def test_checkpoints_that_cannot_be_had_cost_no_training(
    validated_run: RunRef, emulator: Emulator
) -> None:
    """A refusal that lasts leaves the last state, and the run says so."""
    refused = {"error": {"code": "Forbidden", "message": "No."}}
    emulator.control(
        "faults",
        {"method": "GET", "path": "*/checkpoints", "status": 403, "body": refused, "times": 9},
    )

    outcome = settle(train_model, validated_run)

    assert outcome.result == "done"
    assert row(validated_run).training.checkpoint == ""
    assert row(validated_run).training.checkpoint_reason.startswith("The last state is deployed: ")


def test_checkpoints_are_waited_for(validated_run: RunRef, emulator: Emulator) -> None:
    """A service that is busy is asked again before anything is chosen."""
    settle(train_model, validated_run)
    change(validated_run, training_hyperparameters=None, training_checkpoint="")
    emulator.control(
        "faults", {"method": "GET", "path": "*/checkpoints", "status": 503, "times": 9}
    )

    outcome = call(train_model, validated_run)

    assert (outcome.result, row(validated_run).training.hyperparameters) == ("wait", None)
