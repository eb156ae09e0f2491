"""Pins and what is deployed, as operators meet them on a running app."""

import time

import httpx
import jsonschema
import pytest

from api.openapi import specification
from shared.registry.state import Phase
from tests.api.conftest import FUNCTION_KEY, MASTER_KEY, Here


def test_a_pin_and_its_end(here: Here) -> None:
    """A pin is shown with the deployment, replaced by a later one, and taken away again."""
    here.seed(
        "pinned-0123456789",
        active=True,
        deployment_name="pinned-0123456789",
        deployment_created="2026-11-01T00:00:00.000Z",
    )

    until = here.http.post("models/pinned/pin", params={"until": "2999-12-24"}, headers=MASTER_KEY)
    shown = _deployment(here, "pinned-0123456789")
    good = here.http.post("models/pinned/pin", headers=MASTER_KEY)
    away = [here.http.delete("models/pinned/pin", headers=MASTER_KEY) for _ in range(2)]

    assert until.json() == {"model": "pinned", "pinned": True, "until": "2999-12-25T00:00:00.000Z"}
    assert shown["pinned"] == shown["retires_at"] == "2999-12-25T00:00:00.000Z"
    assert good.json()["until"] == "for good"
    assert [one.json() for one in away] == [{"model": "pinned", "pinned": False}] * 2
    assert "pinned" not in _deployment(here, "pinned-0123456789")


def test_a_pin_that_comes_too_late(here: Here) -> None:
    """Pinning a model that is asleep answers so, and what wakes it; its timeline has the pin."""
    here.seed("drowsy-0123456789", phase=Phase.ASLEEP, active=True)

    answer = here.http.post("models/drowsy/pin", headers=MASTER_KEY).json()

    assert answer["pinned"]
    assert "POST models/drowsy/wake" in answer["hint"]
    assert here.rows.get("drowsy-0123456789").timeline[-1][2] == "pinned for good"


@pytest.mark.parametrize(
    ("query", "status"),
    [({"until": "2026-01-01"}, 409), ({"until": "soon"}, 400), ({"till": "2999-01-01"}, 400)],
)
def test_a_wrong_pin(here: Here, query: dict[str, str], status: int) -> None:
    """A past time, no time, and a misspelt parameter are refused and pin nothing."""
    here.seed("wrongly-0123456789", active=True)

    answer = here.http.post("models/wrongly/pin", params=query, headers=MASTER_KEY)

    assert (answer.status_code, answer.json()["error"]["param"]) == (status, next(iter(query)))
    model = here.rows.model("wrongly")
    assert model is not None
    assert not model.pinned


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_pins_of_models_that_are_not_there(here: Here, method: str) -> None:
    """An unknown model is 404; one that is still in training can be pinned."""
    here.seed("early-aaaaaaaaaa", phase=Phase.TRAINING)

    unknown = here.http.request(method, "models/nobody/pin", headers=MASTER_KEY)
    early = here.http.request(method, "models/early/pin", headers=MASTER_KEY)

    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "model_not_found")
    assert early.status_code == 200
    assert here.http.request(method, "models/early/pin", headers=FUNCTION_KEY).status_code == 401


def test_what_others_deployed(here: Here) -> None:
    """Deployments that are not in the registry are listed apart, as the service calls them."""
    _deployed_by_others(here, "foreign")

    found = here.http.get("deployments", headers=FUNCTION_KEY).json()

    others = {one["name"]: one for one in found["others"]}
    assert others["foreign"]["model"].startswith("gpt-4.1-mini")
    assert not others["foreign"]["tuned"]
    assert others.keys().isdisjoint(one["name"] for one in found["deployments"])
    _fits(found)


def test_without_the_service_ours_are_listed(here: Here) -> None:
    """If the account cannot be asked, what the registry knows is shown, and why it is not all."""
    here.seed("mine-0123456789", deployment_name="mine-0123456789")
    here.place.emulator.control(
        "faults", {"method": "GET", "path": "*/accounts/local/deployments", "status": 403}
    )

    found = here.http.get("deployments", headers=FUNCTION_KEY).json()

    assert "mine-0123456789" in [one["name"] for one in found["deployments"]]
    assert "others" not in found
    assert found["others_unknown"]
    _fits(found)


def _deployment(here: Here, name: str) -> dict[str, str]:
    found = here.http.get("deployments", headers=FUNCTION_KEY).json()["deployments"]
    return next(one for one in found if one["name"] == name)


def _fits(body: object) -> None:
    schemas = specification()["components"]["schemas"]
    schema = {"$ref": "#/components/schemas/DeploymentList", "components": {"schemas": schemas}}
    jsonschema.validate(body, schema)


def _deployed_by_others(here: Here, name: str) -> None:
    """Deploy a base model as a person would. The base's own deployment other tests may claim."""
    emulator = here.place.emulator.url
    token = httpx.get(
        f"{emulator}/msi/token",
        params={"resource": "https://management.azure.com/", "api-version": "2019-08-01"},
        headers={"x-identity-header": "tests"},
    ).json()["access_token"]
    group = "subscriptions/s/resourceGroups/local/providers/Microsoft.CognitiveServices"
    model = {"format": "OpenAI", "name": "gpt-4.1-mini", "version": "2025-04-14"}
    request = httpx.Request(
        "PUT",
        f"{emulator}/{group}/accounts/local/deployments/{name}",
        params={"api-version": "2025-06-01"},
        headers={"authorization": f"Bearer {token}"},
        json={"sku": {"name": "Standard", "capacity": 1}, "properties": {"model": model}},
    )
    until = time.monotonic() + 60
    with httpx.Client() as client:
        # One write at a time: a waking of another test may still be at it.
        while (answer := client.send(request)).status_code == httpx.codes.CONFLICT:
            assert time.monotonic() < until, answer.text
            time.sleep(0.1)
    answer.raise_for_status()
