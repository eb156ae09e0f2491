"""Without BASE_MODEL the run trains the first default model that the account can."""

from typing import Any

import pytest

from activities.validate_dataset import validate_dataset
from shared.admission.account import choose_base_model
from shared.models import model_facts
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import settle
from tests.activities.conftest import drop_dataset, row
from tests.container import Container
from tests.services import Emulator

MODELS = {"method": "GET", "path": "*/accounts/*/models", "times": 0}


def entry(name: str, version: str, **values: Any) -> dict[str, Any]:
    """A model that can be tuned and deployed as Standard."""
    sku = {"name": "Standard", "usageName": f"OpenAI.Standard.{name}-finetune"}
    return {
        "name": name,
        "version": version,
        "format": "OpenAI",
        "capabilities": {"fineTune": "true"},
        "skus": [sku],
        **values,
    }


def offer(emulator: Emulator, *models: dict[str, Any]) -> None:
    """Let the account offer these models only."""
    emulator.control("faults", {**MODELS, "status": 200, "body": {"value": list(models)}})


@pytest.fixture
def unset(app: dict[str, str], container: Container, monkeypatch: pytest.MonkeyPatch) -> RunRef:
    """A received run of an app without BASE_MODEL."""
    monkeypatch.delenv("BASE_MODEL")
    settings.cache_clear()
    ref = drop_dataset(container)
    assert not row(ref).training.base_model
    return ref


def test_first_default_model_is_trained(unset: RunRef) -> None:
    """The run says which model was chosen, and why."""
    settle(validate_dataset, unset)

    found = row(unset)
    assert found.training.base_model == model_facts().default
    assert any(
        entry.note == f"BASE_MODEL is not set: {model_facts().default} is the first default model "
        "that the account can train and deploy."
        for entry in found.timeline
    )


def test_model_that_the_account_lacks_is_skipped(unset: RunRef, emulator: Emulator) -> None:
    """The next one of the list is taken, with what is wrong with those before it."""
    offer(emulator, entry("gpt-4.1-nano", "2025-04-14"))

    settle(validate_dataset, unset)

    assert row(unset).training.base_model == "gpt-4.1-nano-2025-04-14"
    assert "does not offer gpt-4.1-mini-2025-04-14" in str(row(unset).timeline)


def test_deprecated_model_is_no_default(unset: RunRef, emulator: Emulator) -> None:
    """Only subscriptions that deployed it before could begin with it."""
    offer(
        emulator,
        entry("gpt-4.1-mini", "2025-04-14", lifecycleStatus="Deprecated"),
        entry("gpt-4.1", "2025-04-14"),
    )

    found, reason = choose_base_model("GlobalStandard")

    assert found == "gpt-4.1-2025-04-14"
    assert "gpt-4.1-mini-2025-04-14 is deprecated." in reason


def test_account_that_cannot_be_asked_gets_the_first(unset: RunRef, emulator: Emulator) -> None:
    """The data file decides, and the reason says so."""
    emulator.control("faults", {**MODELS, "status": 503})

    found, reason = choose_base_model("GlobalStandard")

    assert found == model_facts().default
    assert "the account cannot be asked" in reason


def test_no_default_that_fits_is_said(unset: RunRef, emulator: Emulator) -> None:
    """The first one stays, and its admission is refused in words."""
    offer(emulator, entry("gpt-9", "1"))

    found, reason = choose_base_model("Standard")

    assert found == model_facts().default
    assert reason.startswith("BASE_MODEL is not set, and the account can train none")
