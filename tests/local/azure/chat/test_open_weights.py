"""Open-weight models: their path, their capacity, and what they say otherwise."""

import pytest

from tests.local.azure.emulator import EmulatorClient

MAKERS = {"Ministral-3B": "Mistral AI", "qwen3-32b": "Alibaba", "gpt-oss-20b": "Microsoft"}
BODY = {"messages": [{"role": "user", "content": "Hi"}]}


def deploy(azure: EmulatorClient, base: str, capacity: int) -> None:
    """A tuned open-weight model as `tuned`."""
    model = azure.job(azure.train(model=base, trainingType="GlobalStandard"))["fine_tuned_model"]
    body = {
        "sku": {"name": "GlobalStandard", "capacity": capacity},
        "properties": {"model": {"format": MAKERS[base], "name": model, "version": "1"}},
    }
    azure.call_arm("PUT", "/deployments/tuned", json=body).raise_for_status()


@pytest.mark.parametrize("base", MAKERS)
def test_they_answer_by_the_dated_path(azure: EmulatorClient, base: str) -> None:
    """The v1 API does not know them."""
    deploy(azure, base, 100)

    dated = azure.http.post(
        "/openai/deployments/tuned/chat/completions",
        params={"api-version": "2025-04-01-preview"},
        json=BODY,
    )
    v1 = azure.chat("tuned")

    assert dated.status_code == 200
    assert dated.json()["choices"][0]["message"]["content"]
    assert (v1.status_code, v1.json()["error"]["code"]) == (404, "DeploymentNotFound")


def test_little_capacity_loads_no_adapter(azure: EmulatorClient) -> None:
    """Resource Manager says Succeeded, and the data plane is not ready for ever."""
    deploy(azure, "qwen3-32b", 5)

    state = azure.call_arm("GET", "/deployments/tuned").json()["properties"]["provisioningState"]
    answer = azure.http.post(
        "/openai/deployments/tuned/chat/completions",
        params={"api-version": "2025-04-01-preview"},
        json=BODY,
    )

    assert state == "Succeeded"
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "DeploymentNotReady")
