"""Roles of the emulated identity: on which scope a question is answered."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.azure.emulator import ACCOUNT, EmulatorClient

BATCH = "/subscriptions/s/metrics:getBatch"
USAGES = "/subscriptions/s/providers/Microsoft.CognitiveServices/locations/swedencentral/usages"
READER = "Monitoring Reader"
Ask = Callable[[str, str], Any]


@pytest.fixture
def ask(azure: EmulatorClient) -> Ask:
    """Ask with a token of the emulated identity; the emulator's key needs no role."""

    def token(resource: str) -> str:
        query = {"api-version": "2019-08-01", "resource": resource}
        answer = azure.http.get(
            "/msi/token", params=query, headers={"x-identity-header": "anything"}
        )
        return str(answer.json()["access_token"])

    def call(method: str, path: str) -> Any:
        host = "metrics.monitor" if path == BATCH else "management"
        return azure.http.request(
            method,
            path,
            params={"api-version": "2024-02-01"},
            json={"resourceids": [ACCOUNT]} if method == "POST" else None,
            headers={"authorization": f"Bearer {token(f'https://{host}.azure.com')}"},
        )

    return call


@pytest.mark.parametrize(
    ("scope", "one", "batch"),
    [("none", 403, 401), ("account", 200, 401), ("subscription", 200, 200)],
)
def test_metrics_in_batches_need_a_role_on_the_subscription(
    azure: EmulatorClient, ask: Ask, scope: str, one: int, batch: int
) -> None:
    """The role on the resource is enough for the question about one resource, and for no batch."""
    azure.control("roles", **{READER: scope})

    statuses = [
        ask("GET", f"{ACCOUNT}/providers/Microsoft.Insights/metrics").status_code,
        ask("POST", BATCH).status_code,
    ]

    assert statuses == [one, batch]


def test_refusal_names_action_and_scope(azure: EmulatorClient, ask: Ask) -> None:
    """The message is Resource Manager's, with the action and the resource."""
    azure.control("roles", **{READER: "none"})

    error = ask("GET", f"{ACCOUNT}/providers/Microsoft.Insights/metrics").json()["error"]

    assert error["code"] == "AuthorizationFailed"
    assert f"'Microsoft.Insights/metrics/read' over scope '{ACCOUNT}'" in error["message"]


def test_quota_needs_a_role_on_the_subscription(azure: EmulatorClient, ask: Ask) -> None:
    """A region is no part of the resource, so a role there does not show its quota."""
    granted = ask("GET", USAGES).status_code
    azure.control("roles", **{"Cognitive Services Usages Reader": "account"})

    assert (granted, ask("GET", USAGES).status_code) == (200, 403)


def test_documented_roles_are_the_default(azure: EmulatorClient, ask: Ask) -> None:
    """The identity has the roles of a deployment by the documentation, again after a reset."""
    azure.control("roles", **{READER: "subscription"})
    azure.control("reset")

    assert ask("POST", BATCH).status_code == 401
    assert ask("GET", f"{ACCOUNT}/providers/Microsoft.Insights/metrics").status_code == 200


@pytest.mark.parametrize("body", [{"Owner": "account"}, {READER: "world"}])
def test_unknown_roles_are_refused(azure: EmulatorClient, body: dict[str, str]) -> None:
    """A role that decides nothing, or a scope that does not exist, is a mistake of the caller."""
    assert azure.http.post("/control/roles", json=body).status_code == 400
