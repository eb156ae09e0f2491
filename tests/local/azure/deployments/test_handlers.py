"""Deployments over HTTP, as azure-mgmt-cognitiveservices uses them."""

import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

from tests.local.azure.deployments.requests import deployment_body, model_of
from tests.local.azure.emulator import MODEL, EmulatorClient

PROVIDER = "/providers/Microsoft.CognitiveServices"


def test_the_sdk_creates_waits_lists_and_deletes(
    azure: EmulatorClient, arm: CognitiveServicesManagementClient
) -> None:
    """The whole life of a deployment through the SDK's own pollers."""
    model = model_of(azure)
    azure.control("transitions", deployment="reads:1", delete="reads:1")

    poller = arm.deployments.begin_create_or_update("rg", "acc", "a", deployment_body(model))
    created = poller.result().as_dict()
    names = {one.name for one in arm.deployments.list("rg", "acc")}
    arm.deployments.begin_delete("rg", "acc", "a").result()

    assert created["properties"]["provisioning_state"] == "Succeeded"
    assert created["properties"]["model"]["name"] == model
    assert created["sku"] == {"name": "Standard", "capacity": 5}
    assert created["id"].endswith("/resourceGroups/rg" + PROVIDER + "/accounts/acc/deployments/a")
    assert names == {"a", "gpt-4.1-mini"}
    with pytest.raises(ResourceNotFoundError):
        arm.deployments.get("rg", "acc", "a")


def test_the_first_answer_says_creating_and_where_to_look(azure: EmulatorClient) -> None:
    """201, Creating, and the address of the operation, which ends in Succeeded."""
    azure.control("transitions", deployment="reads:1")

    answer = azure.deploy("a", MODEL)
    watched = [azure.http.get(answer.headers["azure-asyncoperation"]).json() for _ in range(2)]

    assert answer.status_code == 201
    assert answer.json()["properties"]["provisioningState"] == "Creating"
    assert [one["status"] for one in watched] == ["Running", "Succeeded"]
    assert watched[1]["endTime"] >= watched[1]["startTime"]


def test_looking_at_the_deployment_works_as_well(azure: EmulatorClient) -> None:
    """Without the operation, provisioningState says the same."""
    azure.control("transitions", deployment="reads:2")
    azure.deploy("a", MODEL)

    seen = [azure.call_arm("GET", "/deployments/a").json() for _ in range(3)]

    states = [one["properties"]["provisioningState"] for one in seen]
    assert states == ["Creating", "Creating", "Succeeded"]


def test_a_second_write_conflicts_while_one_runs(azure: EmulatorClient) -> None:
    """One account makes one deployment at a time."""
    azure.control("transitions", deployment="seconds:60")
    azure.deploy("a", MODEL)

    refused = [
        azure.deploy("b", MODEL),
        azure.call_arm("DELETE", "/deployments/gpt-4.1-mini"),
        azure.call_arm("PATCH", "/deployments/gpt-4.1-mini", json={"tags": {"a": "b"}}),
        azure.call_arm("POST", "/deployments/a/pause"),
    ]
    azure.control("clock", advance=61)

    assert [one.status_code for one in refused] == [409] * 4
    assert refused[0].json()["error"]["code"] == "RequestConflict"
    assert "Another operation is being performed" in refused[0].json()["error"]["message"]
    assert azure.deploy("b", MODEL).status_code == 201


def test_the_data_plane_knows_it_a_while_later(azure: EmulatorClient) -> None:
    """After Succeeded, chats are not found until the deployment is ready."""
    azure.control("transitions", ready="reads:2")
    azure.deploy("a", MODEL)
    state = azure.call_arm("GET", "/deployments/a").json()["properties"]["provisioningState"]

    answers = [azure.chat("a") for _ in range(3)]

    assert state == "Succeeded"
    assert [one.status_code for one in answers] == [404, 404, 200]
    assert answers[0].json()["error"]["code"] == "DeploymentNotFound"


def test_a_deployment_under_way_serves_nothing(azure: EmulatorClient) -> None:
    """While it is created or deleted, chats are not found."""
    azure.control("transitions", deployment="seconds:60", delete="seconds:60")
    azure.deploy("a", MODEL)
    creating = azure.chat("a").status_code
    azure.control("clock", advance=61)
    serving = azure.chat("a").status_code
    azure.call_arm("DELETE", "/deployments/a")

    assert (creating, serving, azure.chat("a").status_code) == (404, 200, 404)


def test_deleting_what_is_not_there_is_no_error(azure: EmulatorClient) -> None:
    """204 for a second delete."""
    azure.deploy("a", MODEL)

    answers = [azure.call_arm("DELETE", "/deployments/a").status_code for _ in range(2)]

    assert answers == [202, 204]


def test_a_second_put_changes_the_capacity_in_place(azure: EmulatorClient) -> None:
    """The same model with another capacity is 200 and done at once."""
    azure.deploy("a", MODEL, capacity=5)

    answer = azure.deploy("a", MODEL, capacity=7)

    assert answer.status_code == 200
    assert azure.call_arm("GET", "/deployments/a").json()["sku"]["capacity"] == 7


def test_a_put_of_another_model_replaces_it(azure: EmulatorClient) -> None:
    """Another model under the same name is a new creation."""
    azure.deploy("a", MODEL)
    model = model_of(azure)

    answer = azure.deploy("a", model)

    assert answer.status_code == 201
    assert azure.call_arm("GET", "/deployments/a").json()["properties"]["model"]["name"] == model


def test_a_patch_changes_capacity_and_tags(azure: EmulatorClient) -> None:
    """SKU and tags, nothing else."""
    azure.deploy("a", MODEL)
    body = {"sku": {"name": "standard", "capacity": 9}, "tags": {"owner": "me"}}

    answer = azure.call_arm("PATCH", "/deployments/a", json=body)

    assert answer.json()["sku"] == {"name": "Standard", "capacity": 9}
    assert answer.json()["tags"] == {"owner": "me"}
