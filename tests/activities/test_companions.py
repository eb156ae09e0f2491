"""What a run was validated with is what it is trained and compared with, whatever changes later."""

import json

import pytest

from activities.evaluate_models import evaluate_models
from activities.train_model import train_model
from activities.upload_files import upload_files
from activities.validate_dataset import validate_dataset
from shared.billing.forecast import forecast_run
from shared.clients.files import files
from shared.clients.storage import reports
from shared.runs import intake
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import call, settle
from tests.activities.conftest import change, pin, report_of, row
from tests.container import Container
from tests.services import Emulator
from tests.shared.validation.rows import lines, numbered_rows

VALIDATION = lines(*map(numbered_rows, range(12)))
OTHER_VALIDATION = lines(*map(numbered_rows, range(20, 40)))

GOES_ON = "this run goes on with what it was validated with"


def options(container: Container, **values: object) -> None:
    """Write `brolly.tune.json`."""
    container.put("brolly.tune.json", json.dumps(values).encode())


def validated(container: Container) -> RunRef:
    """A run of the dataset and of the companions that are there."""
    container.put("brolly.jsonl")
    ref = intake.receive("brolly.jsonl").ref
    assert ref is not None
    assert settle(validate_dataset, ref).result == "done"
    return ref


def notes(ref: RunRef) -> list[str]:
    """The sentences of a run's timeline that name a companion."""
    return [line.note for line in row(ref).timeline if "after validation" in line.note]


@pytest.mark.usefixtures("app")
def test_options_that_change_after_the_forecast_cost_nothing(
    container: Container, emulator: Emulator
) -> None:
    """The job is what was forecast: more epochs that somebody writes later are not trained."""
    options(container, hyperparameters={"n_epochs": 1}, seed=7)
    ref = validated(container)
    approved = forecast_run(row(ref), "Standard", settings().idle_after)
    options(container, hyperparameters={"n_epochs": 50}, training_type="Standard", seed=8)

    settle(upload_files, ref)
    settle(train_model, ref)

    job = emulator.look("state")["jobs"][0]
    assert job["method"]["supervised"]["hyperparameters"]["n_epochs"] == 1
    assert job["seed"] == 7
    assert approved.epochs == row(ref).training.epochs == 1
    assert notes(ref) == [f"brolly.tune.json was replaced after validation; {GOES_ON}"]


@pytest.mark.usefixtures("app")
def test_options_that_are_added_or_deleted_later_change_nothing(
    container: Container, emulator: Emulator
) -> None:
    """A file that was not there at validation is named, and one that is gone holds all the same."""
    container.put("brolly.validation.jsonl", VALIDATION)
    ref = validated(container)
    options(container, hyperparameters={"n_epochs": 50})
    settle(upload_files, ref)
    container.delete("brolly.validation.jsonl")

    settle(train_model, ref)

    job = emulator.look("state")["jobs"][0]
    assert job["method"]["supervised"]["hyperparameters"].get("n_epochs") != 50
    assert job["validation_file"] == row(ref).training.validation_file != ""
    assert [note.split(";")[0] for note in notes(ref)] == [
        "brolly.tune.json was added after validation",
        "brolly.validation.jsonl was deleted after validation",
    ]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("now", [OTHER_VALIDATION, None])
def test_validation_file_that_changes_before_the_upload_starts_nothing(
    container: Container, emulator: Emulator, now: bytes | None
) -> None:
    """A run whose validation file was replaced or deleted ends before it is paid for."""
    container.put("brolly.validation.jsonl", VALIDATION)
    ref = validated(container)
    if now is None:
        container.delete("brolly.validation.jsonl")
    else:
        container.put("brolly.validation.jsonl", now)

    outcome = settle(upload_files, ref)

    assert (outcome.result, outcome.code) == ("refused", "companion_changed")
    assert "brolly.validation.jsonl" in outcome.message
    assert "Drop brolly.jsonl again" in outcome.hint
    assert emulator.look("state")["jobs"] == []


@pytest.mark.usefixtures("app")
def test_validation_file_that_was_written_again_goes_on(container: Container) -> None:
    """The same bytes under a new ETag are the file that was validated."""
    container.put("brolly.validation.jsonl", VALIDATION)
    ref = validated(container)
    container.put("brolly.validation.jsonl", VALIDATION)

    assert settle(upload_files, ref).result == "done"
    assert row(ref).training.validation_file


@pytest.mark.usefixtures("app")
def test_validation_file_that_comes_later_is_not_uploaded(
    container: Container, emulator: Emulator
) -> None:
    """A validation file that nobody validated is no part of the run."""
    ref = validated(container)
    container.put("brolly.validation.jsonl", VALIDATION)

    settle(upload_files, ref)

    assert [file["filename"] for file in emulator.look("state")["files"]] == [f"{ref.run}.jsonl"]


@pytest.mark.usefixtures("app")
def test_next_attempt_uploads_its_own_validation_file(container: Container) -> None:
    """A run that is tried again with another validation file does not train with the old one."""
    container.put("brolly.validation.jsonl", VALIDATION)
    ref = validated(container)
    settle(upload_files, ref)
    old = row(ref).training.validation_file
    container.put("brolly.validation.jsonl", OTHER_VALIDATION)
    change(ref, phase="validating")

    settle(validate_dataset, ref)
    settle(upload_files, ref)

    assert row(ref).training.validation_file not in ("", old)
    assert files().get(old) is None


@pytest.mark.usefixtures("app")
def test_late_duplicate_of_validation_changes_nothing(container: Container) -> None:
    """A validation that ends after its run went on does not replace what was approved."""
    options(container, hyperparameters={"n_epochs": 1})
    ref = validated(container)
    change(ref, phase="queued")
    before = row(ref)
    options(container, hyperparameters={"n_epochs": 50})

    call(validate_dataset, ref)

    assert row(ref) == before


def test_prompts_of_the_comparison_are_those_of_validation(
    deployed_run: RunRef, container: Container
) -> None:
    """An eval file that changed while the model trained decides nothing; the run says so."""
    container.put("brolly.eval.jsonl", b'"Where?"\n')
    pin(deployed_run)
    container.put("brolly.eval.jsonl", b'"When?"\n')

    settle(evaluate_models, deployed_run)

    found = report_of(deployed_run, "evaluation")
    assert [pair["messages"][-1]["content"] for pair in found["pairs"]] == ["Where?"]
    assert notes(deployed_run)[0].startswith("brolly.eval.jsonl was replaced after validation")


def test_options_whose_copy_is_gone_train_nothing(
    uploaded_run: RunRef, container: Container, emulator: Emulator
) -> None:
    """Without the copy of its options a run ends; it is not trained with other ones."""
    options(container, seed=7)
    pin(uploaded_run)
    (companion,) = row(uploaded_run).dataset.companions
    change(uploaded_run, dataset_companions=(companion._replace(copy="nowhere"),))
    assert reports().read("nowhere") is None

    outcome = call(train_model, uploaded_run)

    assert (outcome.result, outcome.code) == ("refused", "companion_missing")
    assert emulator.look("state")["jobs"] == []
