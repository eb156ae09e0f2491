"""What the dataset asks for reaches the job, or ends the run."""

import json
from pathlib import Path

import pytest

from activities.train_model import train_model
from activities.upload_files import upload_files
from shared.runs.orchestration import RunRef
from tests.activities.calls import call, settle
from tests.activities.conftest import change, drop_dataset, pin, row
from tests.activities.train_model import reasoning
from tests.container import Container
from tests.services import Emulator
from tests.shared.validation.rows import GRADER, lines, preference


def test_options_of_the_dataset_reach_the_job(
    uploaded_run: RunRef, container: Container, emulator: Emulator
) -> None:
    """Suffix, seed, training type and hyperparameters are those of `<name>.tune.json`."""
    tune = {
        "suffix": "rome",
        "seed": 7,
        "training_type": "Developer",
        "hyperparameters": {"n_epochs": 2},
    }
    container.put("brolly.tune.json", json.dumps(tune).encode())
    pin(uploaded_run)

    settle(train_model, uploaded_run)

    job = emulator.look("state")["jobs"][0]
    assert (job["seed"], job["suffix"]) == (7, "rome")
    assert job["trainingType"].lower().startswith("developer")
    assert job["method"]["supervised"]["hyperparameters"]["n_epochs"] == 2


@pytest.mark.usefixtures("app")
def test_preferences_are_trained_as_such(container: Container, emulator: Emulator) -> None:
    """A dataset that was validated for DPO becomes a job for DPO."""
    data = lines(*map(preference, range(12)))
    ref = drop_dataset(container, data)
    change(ref, training_method="dpo")
    settle(upload_files, ref)

    outcome = settle(train_model, ref)

    assert outcome.result == "done"
    assert emulator.look("state")["jobs"][0]["method"]["type"] == "dpo"


@pytest.mark.usefixtures("app")
def test_grader_reaches_the_job(container: Container, emulator: Emulator) -> None:
    """A dataset that was validated for RFT becomes such a job, with its grader under a name."""
    nameless = {key: value for key, value in GRADER.items() if key != "name"}
    ref = reasoning(container, nameless)

    outcome = settle(train_model, ref)

    method = emulator.look("state")["jobs"][0]["method"]
    assert outcome.result == "done"
    assert method["reinforcement"]["grader"] == {**GRADER, "name": "brolly"}


def test_options_that_became_wrong_change_nothing(
    uploaded_run: RunRef, container: Container, emulator: Emulator
) -> None:
    """Options that got a fault after validation are named, and those of validation are used."""
    container.put("brolly.tune.json", b'{"suffix": "rome"}')
    pin(uploaded_run)
    container.put("brolly.tune.json", b'{"sufix": "paris"}')

    settle(train_model, uploaded_run)

    assert emulator.look("state")["jobs"][0]["suffix"] == "rome"
    notes = [line.note for line in row(uploaded_run).timeline]
    assert any(note.startswith("brolly.tune.json was replaced after validation") for note in notes)


def test_refused_model_ends_the_run(uploaded_run: RunRef, emulator: Emulator) -> None:
    """A base model that cannot be trained is a refusal that names the setting."""
    change(uploaded_run, training_base_model="gpt-0")

    outcome = call(train_model, uploaded_run)

    assert outcome.result == "refused"
    assert "gpt-0" in outcome.message
    assert row(uploaded_run).training.job_claimed is None


def test_other_id_of_a_model_is_tried(
    uploaded_run: RunRef, emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sources spell some models differently; one job is created, by the id that works."""
    facts = tmp_path / "facts.toml"
    facts.write_text(
        'default = "a"\n[[model]]\nid = "Qwen-32B"\nname = "Qwen"\naliases = ["qwen3-32b"]\n'
        'methods = ["sft"]\nvocabulary = "o200k_base"\nformat = "Alibaba"\n'
    )
    monkeypatch.setenv("MODEL_FACTS", str(facts))
    change(uploaded_run, training_base_model="Qwen-32B", training_type="GlobalStandard")

    outcome = settle(train_model, uploaded_run)

    assert outcome.result == "done"
    assert [job["model"] for job in emulator.look("state")["jobs"]] == ["qwen3-32b"]
