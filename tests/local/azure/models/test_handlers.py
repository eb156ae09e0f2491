"""Models over HTTP, as the openai SDK uses them."""

from typing import Any

import pytest
from openai import AzureOpenAI, NotFoundError, OpenAI

from tests.local.azure.emulator import MODEL, EmulatorClient


def test_base_models_have_capabilities_and_dates(openai: OpenAI) -> None:
    """Capabilities, life cycle and retirement come beside OpenAI's own fields."""
    model: Any = openai.models.retrieve(MODEL).to_dict()

    assert model["capabilities"]["fine_tune"] is True
    assert model["lifecycle_status"] == "generally-available"
    dates = model["deprecation"]
    assert dates["fine_tune"] == dates["inference"] > model["created"]


def test_a_tuned_model_appears_when_its_job_succeeds(azure: EmulatorClient, openai: OpenAI) -> None:
    """It names its base and its job."""
    before = {model.id for model in openai.models.list()}
    job = azure.job(azure.train(suffix="mine"))

    after = {model.id for model in openai.models.list()}

    assert after - before == {job["fine_tuned_model"]}
    model = openai.models.retrieve(job["fine_tuned_model"]).to_dict()
    assert (model["model"], model["fine_tune"]) == (MODEL, job["id"])


def test_an_unknown_model_is_not_found(openai: OpenAI, dated_openai: AzureOpenAI) -> None:
    """404 on both APIs."""
    for client in (openai, dated_openai):
        with pytest.raises(NotFoundError):
            client.models.retrieve("gpt-0")


def test_the_dated_plane_lists_the_same(openai: OpenAI, dated_openai: AzureOpenAI) -> None:
    """One list on both APIs."""
    assert [m.id for m in dated_openai.models.list()] == [m.id for m in openai.models.list()]
