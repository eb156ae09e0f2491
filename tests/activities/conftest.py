"""A run at each point of its way, brought there by the real activities."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from activities.create_deployment import create_deployment
from activities.promote_version import promote_version
from activities.train_model import train_model
from activities.upload_files import upload_files
from shared import intake
from shared.pipeline import Outcome, RunRef
from shared.registry import Version, registry
from shared.settings import settings
from tests.activities.calls import settled
from tests.container import TRAVEL, Container

Advance = Callable[[float], None]


@pytest.fixture
def received(app: dict[str, str], container: Container) -> RunRef:
    """A run that was just received, as validation leaves it."""
    return dropped(container)


@pytest.fixture
def uploaded(received: RunRef) -> RunRef:
    """A run whose file the service has processed."""
    assert settled(upload_files, received) == Outcome.done()
    return received


@pytest.fixture
def trained(uploaded: RunRef) -> RunRef:
    """A run whose job has succeeded."""
    assert settled(train_model, uploaded).result == "done"
    return uploaded


@pytest.fixture
def deployed(trained: RunRef) -> RunRef:
    """A run whose deployment Resource Manager calls Succeeded."""
    assert settled(create_deployment, trained) == Outcome.done()
    return trained


@pytest.fixture
def serving(deployed: RunRef) -> RunRef:
    """A run that its model's name points to."""
    assert settled(promote_version, deployed) == Outcome.done()
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


def row(ref: RunRef) -> Version:
    """The row of a run as it is now."""
    return registry().get(ref.run)


def change(ref: RunRef, **values: object) -> Version:
    """Change fields of a run's row."""
    return registry().change(ref.run, lambda old: replace(old, **values))  # type: ignore[arg-type]
