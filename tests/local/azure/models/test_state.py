"""Retirement of models, when it is enforced."""

from collections.abc import Callable

from tests.local.azure.emulator import MODEL, EmulatorClient

DAY = 24 * 3600.0


def days_until(azure: EmulatorClient, kind: str, model: str) -> float:
    """Days from now to an end date of a model."""
    model_object = azure.v1("GET", f"/models/{model}").json()
    return float(model_object["deprecation"][kind] - azure.look("state")["now"]) / DAY


def test_a_retired_base_model_answers_410(start: Callable[..., EmulatorClient]) -> None:
    """From its published date on, if that is enforced."""
    azure = start(retirement=True, bases={"new": "gpt-5-mini"})
    before = azure.chat("new").status_code
    azure.control(
        "clock", advance=DAY * (days_until(azure, "inference", "gpt-5-mini-2025-08-07") + 1)
    )

    answer = azure.chat("new")

    assert (before, answer.status_code) == (200, 410)
    assert "has been retired" in answer.json()["error"]["message"]


def test_a_tuned_model_outlives_its_base(start: Callable[..., EmulatorClient]) -> None:
    """Tuned deployments go on for a year after, training ends in between."""
    azure = start(retirement=True)
    model = azure.deploy_tuned_model()
    azure.control("clock", advance=DAY * max(0, days_until(azure, "inference", MODEL) + 1))
    base, tuned = azure.chat("gpt-4.1-mini").status_code, azure.chat("tuned").status_code
    azure.control("clock", advance=DAY * (days_until(azure, "fine_tune", MODEL) + 1))
    request = {"model": MODEL, "training_file": azure.upload(), "trainingType": "Standard"}
    training = azure.v1("POST", "/fine_tuning/jobs", json=request)
    azure.control("clock", advance=DAY * (days_until(azure, "inference", model) + 1))

    assert (base, tuned) == (410, 200)
    assert "does not support fine-tuning" in training.json()["error"]["message"]
    assert azure.chat("tuned").status_code == 410


def test_by_default_dates_are_only_shown(azure: EmulatorClient) -> None:
    """A base model past its date answers unless retirement is enforced."""
    azure.control("clock", advance=DAY * (max(0, days_until(azure, "inference", MODEL)) + 1))

    assert azure.chat("gpt-4.1-mini").status_code == 200
