"""A run at each point of its way, with its real file, job and deployment at the service."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from shared import clock
from shared.clients import storage as blobs
from shared.clients.deployments import deployments
from shared.clients.files import files
from shared.clients.jobs import JobRequest, jobs
from shared.registry import Model, Version, registry
from shared.registry.records import iso
from shared.registry.state import Phase
from shared.runs import intake
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.container import TRAVEL, Container

Advance = Callable[[float], None]


@pytest.fixture
def received(app: dict[str, str], container: Container) -> RunRef:
    """A run that was just received, as validation leaves it."""
    return dropped(container)


@pytest.fixture
def uploaded(app: dict[str, str], container: Container) -> RunRef:
    """A run whose file the service has processed."""
    version = Version(
        model="travel",
        run="travel-0123456789",
        phase=Phase.UPLOADING,
        created=iso(clock.now()),
        dataset="travel.jsonl",
        etag=container.put("travel.jsonl"),
        sha256=hashlib.sha256(TRAVEL).hexdigest(),
        size=len(TRAVEL),
        base_model=settings().base_model,
        training_file=files().upload("travel-0123456789.jsonl", BytesIO(TRAVEL)).id,
    )
    registry().insert(version)
    return version.ref


def train(ref: RunRef) -> None:
    """Train an uploaded dataset's base model, and note it in the row as the activity does."""
    job = jobs().get(jobs().create(job_request(row(ref))).id)
    assert job is not None
    change(
        ref,
        phase=Phase.TRAINING,
        job=job.id,
        job_status=job.status,
        tuned_model=job.tuned_model,
        trained_tokens=job.trained_tokens,
    )


@pytest.fixture
def trained(uploaded: RunRef) -> RunRef:
    """A run whose job has succeeded."""
    train(uploaded)
    return uploaded


@pytest.fixture
def deployed(trained: RunRef) -> RunRef:
    """A run whose deployment Resource Manager calls Succeeded."""
    model = row(trained).tuned_model
    deployments().put(trained.run, model=model, sku="Standard", capacity=5)
    facts = deployments().get(trained.run)
    assert facts is not None
    assert facts.created_at is not None
    change(
        trained,
        phase=Phase.DEPLOYING,
        deployment=trained.run,
        deployed=iso(clock.now()),
        sku=facts.sku,
        live_since=iso(facts.created_at),
    )
    return trained


@pytest.fixture
def serving(deployed: RunRef) -> RunRef:
    """A run that its model's name points to."""
    change(deployed, phase=Phase.SERVING, served=iso(clock.now()))
    registry().put_model(None, Model(model=deployed.model, active=deployed.run))
    return deployed


@pytest.fixture
def advance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Advance:
    """Moves the app's clock to that many seconds ahead of real time."""
    file = tmp_path / "clock"
    monkeypatch.setenv("CLOCK_FILE", str(file))

    def to(seconds: float) -> None:
        file.write_text(str(seconds))

    return to


def dropped(container: Container, data: bytes = TRAVEL) -> RunRef:
    """Drop a dataset and leave its run as validation would."""
    container.put("travel.jsonl", data)
    ref = intake.receive("travel.jsonl").ref
    assert ref is not None
    change(ref, base_model=settings().base_model)
    return ref


def job_request(version: Version) -> JobRequest:
    """A training of a run's file, as its activity asks for it."""
    return JobRequest(
        model=version.base_model,
        training_file=version.training_file,
        validation_file=None,
        suffix=version.model,
        training_type="Standard",
    )


def row(ref: RunRef) -> Version:
    """The row of a run as it is now."""
    return registry().get(ref.run)


def change(ref: RunRef, **values: object) -> Version:
    """Change fields of a run's row."""
    return registry().change(ref.run, lambda old: replace(old, **values))  # type: ignore[arg-type]


def report_of(ref: RunRef, kind: str) -> dict[str, Any]:
    """The report of a run's `validation` or `evaluation`."""
    data = blobs.reports().read(f"{ref.run}/{kind}.json")
    assert data is not None
    found: dict[str, Any] = json.loads(data)
    return found
