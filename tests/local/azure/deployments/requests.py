"""Bodies of deployments, and a model to deploy."""

from typing import Any

from tests.local.azure.emulator import EmulatorClient


def deployment_body(model: str, sku: str = "Standard", capacity: int = 5, **properties: Any) -> Any:
    """The body of a deployment."""
    named = {"format": "OpenAI", "name": model, "version": "1"}
    return {
        "sku": {"name": sku, "capacity": capacity},
        "properties": {"model": named, **properties},
    }


def model_of(azure: EmulatorClient) -> str:
    """A tuned model."""
    name: str = azure.job(azure.train())["fine_tuned_model"]
    return name
