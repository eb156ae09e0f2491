"""A run at each point of its way, with its real file, job and deployment at the service."""

import hashlib
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from shared import clock
from shared.clients import storage as blobs
from shared.clients.deployments import deployments
from shared.clients.files import files
from shared.clients.jobs import JobRequest, jobs
from shared.datasets import names
from shared.registry import Model, Run, registry
from shared.registry.parts import Dataset, Training
from shared.registry.state import Phase
from shared.runs import companions, intake
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.container import Container
from tests.dataset import DATASET
from tests.runs import change_run

Advance = Callable[[float], None]


@pytest.fixture
def received_run(app: dict[str, str], container: Container) -> RunRef:
    """A run that was just received, as validation leaves it."""
    return drop_dataset(container)


@pytest.fixture
def uploaded_run(app: dict[str, str], container: Container) -> RunRef:
    """A run whose file the service has processed."""
    return upload_dataset(container)


def upload_dataset(container: Container, data: bytes = DATASET) -> RunRef:
    """Drop a dataset, and leave its run as the upload would."""
    run = Run(
        model="brolly",
        id="brolly-0123456789",
        phase=Phase.UPLOADING,
        created=clock.now(),
        training=Training(
            base_model=settings().base_model or "",
            file=files().upload("brolly-0123456789.jsonl", BytesIO(data)).id,
        ),
        dataset=Dataset(
            blob="brolly.jsonl",
            etag=container.put("brolly.jsonl", data),
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
        ),
    )
    registry().insert(run)
    return run.ref


def train(ref: RunRef) -> None:
    """Train an uploaded dataset's base model, and note it in the row as the activity does."""
    job = jobs().get(jobs().create(job_request(row(ref))).id)
    assert job is not None
    change(
        ref,
        phase=Phase.TRAINING,
        training_job_id=job.id,
        training_job_status=job.status,
        training_tuned_model=job.tuned_model,
        training_trained_tokens=job.trained_tokens,
    )


@pytest.fixture
def trained_run(uploaded_run: RunRef) -> RunRef:
    """A run whose job has succeeded."""
    train(uploaded_run)
    return uploaded_run


@pytest.fixture
def deployed_run(trained_run: RunRef) -> RunRef:
    """A run whose deployment Resource Manager calls Succeeded."""
    deploy(trained_run)
    return trained_run


def deploy(trained_run: RunRef) -> None:
    """Deploy a run's tuned model, and note it in the row as the activity does."""
    model = row(trained_run).training.tuned_model
    deployments().put(trained_run.run, model=model, sku="Standard", capacity=5)
    facts = deployments().get(trained_run.run)
    assert facts is not None
    assert facts.created_at is not None
    change(
        trained_run,
        phase=Phase.DEPLOYING,
        deployment_name=trained_run.run,
        deployment_created=clock.now(),
        deployment_sku=facts.sku,
        deployment_live_since=facts.created_at,
    )


@pytest.fixture
def serving(deployed_run: RunRef) -> RunRef:
    """A run that its model's name points to."""
    change(deployed_run, phase=Phase.SERVING, deployment_served_since=clock.now())
    registry().put_model(None, Model(model=deployed_run.model, active=deployed_run.run))
    return deployed_run


@pytest.fixture
def advance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Advance:
    """Moves the app's clock to that many seconds ahead of real time."""
    file = tmp_path / "clock"
    monkeypatch.setenv("CLOCK_FILE", str(file))

    def to(seconds: float) -> None:
        file.write_text(str(seconds))

    return to


def drop_dataset(container: Container, data: bytes = DATASET) -> RunRef:
    """Drop a dataset and leave its run as validation would."""
    container.put("brolly.jsonl", data)
    ref = intake.receive("brolly.jsonl").ref
    assert ref is not None
    change(ref, training_base_model=settings().base_model or "")
    pin(ref)
    return ref


def pin(ref: RunRef) -> None:
    """Pin the companions that are beside a run's dataset now, as validation does."""
    run = row(ref)
    name = names.parse(run.dataset.blob)
    assert name is not None
    validation = companions.find_validation_file(name)
    for _ in validation or ():
        pass
    tune = companions.read_options(name)
    pins = companions.pin_companions(run, name, tune, validation)
    change(ref, dataset_companions=pins)


def job_request(run: Run) -> JobRequest:
    """A training of a run's file, as its activity asks for it."""
    return JobRequest(
        model=run.training.base_model,
        training_file=run.training.file,
        validation_file=None,
        suffix=run.model,
        training_type=run.training.type or "Standard",
    )


def row(ref: RunRef) -> Run:
    """The row of a run as it is now."""
    return registry().get(ref.run)


def change(ref: RunRef, **values: object) -> Run:
    """Change fields of a run's row."""
    return registry().change(ref.run, lambda old: change_run(old, **values))


def report_of(ref: RunRef, kind: str) -> dict[str, Any]:
    """The report of a run's `validation` or `evaluation`."""
    data = blobs.reports().read(f"{ref.run}/{kind}.json")
    assert data is not None
    found: dict[str, Any] = json.loads(data)
    return found
