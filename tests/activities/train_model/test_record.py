"""What a training leaves behind for people."""

import json
from typing import Any

import pytest

from activities.train_model import train_model
from activities.train_model.record import curve
from shared.clients import storage as blobs
from shared.runs.orchestration import RunRef
from tests.activities.calls import call, settle
from tests.services import Emulator


def record(ref: RunRef) -> dict[str, Any]:
    """The record of a run's training."""
    data = blobs.reports().read(f"{ref.run}/training.json")
    assert data is not None
    found: dict[str, Any] = json.loads(data)
    return found


def test_record_grows_with_the_training(uploaded_run: RunRef, emulator: Emulator) -> None:
    """Events are there while the job runs; checkpoints and curve when it is over."""
    emulator.control("transitions", {"job": "reads:2", "queue": "immediate"})
    call(train_model, uploaded_run)
    early = record(uploaded_run)

    settle(train_model, uploaded_run)

    late = record(uploaded_run)
    assert (early["events"] != [], early["curve"]) == (True, [])
    assert len(late["events"]) > len(early["events"])
    assert late["status"] == "succeeded"
    assert late["checkpoints"]
    assert late["curve"][0]["train_loss"] > late["curve"][-1]["train_loss"]


def test_results_are_kept_as_they_came(uploaded_run: RunRef) -> None:
    """The results file lies beside the record."""
    settle(train_model, uploaded_run)

    data = blobs.reports().read(f"{uploaded_run.run}/results.csv")

    assert data is not None
    assert curve(data) == record(uploaded_run)["curve"] != []


@pytest.mark.parametrize("path", ["*/events", "*/checkpoints", "*/content"])
def test_record_that_cannot_be_had_costs_no_training(
    uploaded_run: RunRef, emulator: Emulator, path: str
) -> None:
    """If the service does not give it, the run goes on with the model that was paid for."""
    emulator.control("faults", {"method": "GET", "path": path, "status": 403, "times": 0})

    assert settle(train_model, uploaded_run).result == "done"


def test_record_is_waited_for(uploaded_run: RunRef, emulator: Emulator) -> None:
    """A busy service is asked again, so that the record is whole."""
    emulator.control("faults", {"method": "GET", "path": "*/checkpoints", "status": 503})

    first = call(train_model, uploaded_run)

    assert first.result == "wait"
    assert settle(train_model, uploaded_run).result == "done"
    assert record(uploaded_run)["checkpoints"]


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (b"", []),
        (b"step,train_loss\n1,0.5\n2,\n", [{"step": 1.0, "train_loss": 0.5}, {"step": 2.0}]),
        (b"\xef\xbb\xbfstep,train_loss\r\n1,0.5\r\n", [{"step": 1.0, "train_loss": 0.5}]),
        (b"step,train_loss,valid_loss\n1,nan,inf\n", [{"step": 1.0}]),
        (b"step,train_loss\n1,none\n", [{"step": 1.0}]),
        (b"step,train_loss\n1\n", [{"step": 1.0}]),
        (b"step,other\n1,2\n", [{"step": 1.0}]),
        (b"\xff\xfe\n1\n", [{}]),
    ],
    ids=["empty", "blank", "bom", "not finite", "word", "short", "unknown", "bytes"],
)
def test_curve_has_the_numbers_that_are_there(
    results: bytes, expected: list[dict[str, float]]
) -> None:
    """Cells that are no numbers, and columns that are not known, are left out."""
    assert curve(results) == expected
