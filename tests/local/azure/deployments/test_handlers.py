"""Deployments over HTTP, as azure-mgmt-cognitiveservices uses them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

from tests.local.azure.credentials import KeyPolicy, NoCredential
from tests.local.azure.emulated import MODEL, Emulated

HOUR = 3600
DAY = 24 * HOUR
PROVIDER = "/providers/Microsoft.CognitiveServices"
TUNED = "gpt-4.1-mini-2025-04-14.ft-"


@pytest.fixture
def arm(azure: Emulated) -> Iterator[CognitiveServicesManagementClient]:
    """The management SDK pointed at the emulator."""
    with CognitiveServicesManagementClient(
        NoCredential(), "sub", base_url=azure.url, authentication_policy=KeyPolicy()
    ) as client:
        yield client


def order(model: str, sku: str = "Standard", capacity: int = 5, **properties: Any) -> Any:
    """The body of a deployment."""
    named = {"format": "OpenAI", "name": model, "version": "1"}
    return {
        "sku": {"name": sku, "capacity": capacity},
        "properties": {"model": named, **properties},
    }


def model_of(azure: Emulated) -> str:
    """A tuned model."""
    name: str = azure.job(azure.train())["fine_tuned_model"]
    return name


def test_the_sdk_creates_waits_lists_and_deletes(
    azure: Emulated, arm: CognitiveServicesManagementClient
) -> None:
    """The whole life of a deployment through the SDK's own pollers."""
    model = model_of(azure)
    azure.control("transitions", deployment="reads:1", delete="reads:1")

    poller = arm.deployments.begin_create_or_update("rg", "acc", "a", order(model))
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


def test_the_first_answer_says_creating_and_where_to_look(azure: Emulated) -> None:
    """201, Creating, and the address of the operation, which ends in Succeeded."""
    azure.control("transitions", deployment="reads:1")

    answer = azure.deploy("a", MODEL)
    watched = [azure.http.get(answer.headers["azure-asyncoperation"]).json() for _ in range(2)]

    assert answer.status_code == 201
    assert answer.json()["properties"]["provisioningState"] == "Creating"
    assert [one["status"] for one in watched] == ["Running", "Succeeded"]
    assert watched[1]["endTime"] >= watched[1]["startTime"]


def test_looking_at_the_deployment_works_as_well(azure: Emulated) -> None:
    """Without the operation, provisioningState tells the same."""
    azure.control("transitions", deployment="reads:2")
    azure.deploy("a", MODEL)

    seen = [azure.arm("GET", "/deployments/a").json() for _ in range(3)]

    states = [one["properties"]["provisioningState"] for one in seen]
    assert states == ["Creating", "Creating", "Succeeded"]


def test_a_second_write_conflicts_while_one_runs(azure: Emulated) -> None:
    """One account makes one deployment at a time."""
    azure.control("transitions", deployment="seconds:60")
    azure.deploy("a", MODEL)

    refused = [
        azure.deploy("b", MODEL),
        azure.arm("DELETE", "/deployments/gpt-4.1-mini"),
        azure.arm("PATCH", "/deployments/gpt-4.1-mini", json={"tags": {"a": "b"}}),
    ]
    azure.control("clock", advance=61)

    assert [one.status_code for one in refused] == [409] * 3
    assert refused[0].json()["error"]["code"] == "RequestConflict"
    assert "Another operation is being performed" in refused[0].json()["error"]["message"]
    assert azure.deploy("b", MODEL).status_code == 201


def test_the_data_plane_knows_it_a_while_later(azure: Emulated) -> None:
    """After Succeeded, chats are not found until the deployment is ready."""
    azure.control("transitions", ready="reads:2")
    azure.deploy("a", MODEL)
    state = azure.arm("GET", "/deployments/a").json()["properties"]["provisioningState"]

    answers = [azure.chat("a") for _ in range(3)]

    assert state == "Succeeded"
    assert [one.status_code for one in answers] == [404, 404, 200]
    assert answers[0].json()["error"]["code"] == "DeploymentNotFound"


def test_a_deployment_under_way_serves_nothing(azure: Emulated) -> None:
    """While it is created or deleted, chats are not found."""
    azure.control("transitions", deployment="seconds:60", delete="seconds:60")
    azure.deploy("a", MODEL)
    creating = azure.chat("a").status_code
    azure.control("clock", advance=61)
    serving = azure.chat("a").status_code
    azure.arm("DELETE", "/deployments/a")

    assert (creating, serving, azure.chat("a").status_code) == (404, 200, 404)


def test_deleting_what_is_not_there_is_no_error(azure: Emulated) -> None:
    """204 for a second delete."""
    azure.deploy("a", MODEL)

    answers = [azure.arm("DELETE", "/deployments/a").status_code for _ in range(2)]

    assert answers == [202, 204]


def test_a_second_put_changes_the_capacity_in_place(azure: Emulated) -> None:
    """The same model with another capacity is 200 and done at once."""
    azure.deploy("a", MODEL, capacity=5)

    answer = azure.deploy("a", MODEL, capacity=7)

    assert answer.status_code == 200
    assert azure.arm("GET", "/deployments/a").json()["sku"]["capacity"] == 7


def test_a_put_of_another_model_makes_it_anew(azure: Emulated) -> None:
    """Another model under the same name is a new creation."""
    azure.deploy("a", MODEL)
    model = model_of(azure)

    answer = azure.deploy("a", model)

    assert answer.status_code == 201
    assert azure.arm("GET", "/deployments/a").json()["properties"]["model"]["name"] == model


def test_a_patch_changes_capacity_and_tags(azure: Emulated) -> None:
    """SKU and tags, nothing else."""
    azure.deploy("a", MODEL)
    body = {"sku": {"name": "standard", "capacity": 9}, "tags": {"owner": "me"}}

    answer = azure.arm("PATCH", "/deployments/a", json=body)

    assert answer.json()["sku"] == {"name": "Standard", "capacity": 9}
    assert answer.json()["tags"] == {"owner": "me"}


def test_an_unknown_model_is_not_supported(
    azure: Emulated, arm: CognitiveServicesManagementClient
) -> None:
    """DeploymentModelNotSupported with the model as it was asked for."""
    with pytest.raises(HttpResponseError) as refused:
        arm.deployments.begin_create_or_update("rg", "acc", "a", order(TUNED + "0"))

    assert refused.value.error is not None
    assert refused.value.error.code == "DeploymentModelNotSupported"
    assert f"Format: OpenAI, Name: {TUNED}0, Version: 1, Source: " in str(refused.value)


def test_a_checkpoint_can_be_deployed(azure: Emulated) -> None:
    """The id of a checkpoint stands for the model of that moment."""
    job = azure.train()
    checkpoints = azure.v1("GET", f"/fine_tuning/jobs/{job}/checkpoints").json()["data"]

    azure.deploy("a", checkpoints[1]["id"]).raise_for_status()

    answer = azure.chat("a", "What's a must-see in Paris?").json()
    assert answer["model"].endswith(":ckpt-step-90")
    assert "Eiffel" in answer["choices"][0]["message"]["content"]


@pytest.mark.parametrize("sku", ["Nonsense", "GlobalBatch"])
def test_a_sku_that_a_tuned_model_lacks_is_refused(azure: Emulated, sku: str) -> None:
    """The text names SKU, model and region."""
    answer = azure.deploy("a", model_of(azure), sku=sku)

    assert answer.json()["error"]["code"] == "InvalidResourceProperties"
    assert f"The specified SKU '{sku}' for model" in answer.json()["error"]["message"]
    assert "'swedencentral'" in answer.json()["error"]["message"]


def test_skus_are_taken_in_any_case(azure: Emulated) -> None:
    """`developertier` is DeveloperTier."""
    answer = azure.deploy("a", model_of(azure), sku="developertier")

    assert answer.json()["sku"]["name"] == "DeveloperTier"


def test_quota_is_counted_over_deployments(start: Callable[..., Emulated]) -> None:
    """What is above the quota is refused with the service's sums; usages show them."""
    azure = start(quota=10)
    model = model_of(azure)
    azure.deploy("a", model, capacity=8)

    refused = azure.deploy("b", model, capacity=3)

    message = refused.json()["error"]["message"]
    assert refused.json()["error"]["code"] == "InsufficientQuota"
    assert "require 3 new capacity" in message
    assert "available capacity 2. The current quota usage is 8 and the quota limit is 10" in message
    assert azure.deploy("b", model, capacity=2).status_code == 201


def test_growing_counts_only_what_is_new(start: Callable[..., Emulated]) -> None:
    """A deployment may grow up to the quota, its own capacity not counted twice."""
    azure = start(quota=10)
    azure.deploy("a", model_of(azure), capacity=8)

    answers = [
        azure.arm("PATCH", "/deployments/a", json={"sku": {"name": "Standard", "capacity": count}})
        for count in (10, 11)
    ]

    assert [one.status_code for one in answers] == [200, 400]


def test_usages_show_what_is_used(azure: Emulated, arm: CognitiveServicesManagementClient) -> None:
    """Each quota with its use; tuned models have one of their own."""
    azure.deploy("a", model_of(azure), capacity=8)

    listed = [one.as_dict() for one in arm.usages.list("swedencentral")]
    usages = {one["name"]["value"]: one["current_value"] for one in listed}

    assert usages["OpenAI.Standard.gpt-4.1-mini-finetune"] == 8
    assert usages["OpenAI.GlobalStandard.gpt-4.1-mini"] == 1000


def test_ten_tuned_deployments_are_the_limit(azure: Emulated) -> None:
    """The eleventh is refused; base models do not count."""
    model = model_of(azure)
    for number in range(10):
        azure.deploy(f"tuned-{number}", model).raise_for_status()

    refused, base = azure.deploy("tuned-10", model), azure.deploy("base-2", MODEL)

    assert refused.json()["error"]["code"] == "DeploymentLimitReached"
    assert base.status_code == 201
    assert azure.deploy("tuned-9", model, capacity=6).status_code == 200


def test_a_content_filter_has_to_exist(azure: Emulated) -> None:
    """The built-in ones do, others once they were put."""
    bodies = [order(MODEL, raiPolicyName=name) for name in ("Microsoft.Default", "strict")]
    for body in bodies:
        body["properties"]["model"]["version"] = "2025-04-14"

    first = [azure.arm("PUT", "/deployments/a", json=body).status_code for body in bodies]
    azure.control("filters", name="strict")
    second = azure.arm("PUT", "/deployments/b", json=bodies[1])

    assert first == [201, 400]
    assert second.json()["properties"]["raiPolicyName"] == "strict"


def test_a_paused_deployment_answers_423(azure: Emulated) -> None:
    """Pause and resume, both safe to repeat."""
    azure.deploy("a", MODEL)

    paused = [azure.arm("POST", "/deployments/a/pause") for _ in range(2)][-1].json()
    locked = azure.chat("a").status_code
    azure.arm("POST", "/deployments/a/resume")

    assert paused["properties"]["deploymentState"] == "Paused"
    assert (locked, azure.chat("a").status_code) == (423, 200)


def test_a_developer_deployment_cannot_be_paused(azure: Emulated) -> None:
    """Only the standard kinds can."""
    azure.deploy("a", model_of(azure), sku="DeveloperTier")

    assert azure.arm("POST", "/deployments/a/pause").status_code == 400


def test_a_developer_deployment_lives_for_a_day(azure: Emulated) -> None:
    """After 24 hours it is gone, used or not."""
    azure.deploy("a", model_of(azure), sku="DeveloperTier")
    azure.control("clock", advance=DAY - 60)
    before = azure.chat("a").status_code

    azure.control("clock", advance=120)

    assert (before, azure.chat("a").status_code) == (200, 404)
    assert azure.arm("GET", "/deployments/a").status_code == 404


def test_the_service_deletes_what_nobody_uses(start: Callable[..., Emulated]) -> None:
    """With idle_days=15, fifteen days without a chat end a tuned deployment; a chat starts anew."""
    azure = start(idle_days=15.0)
    azure.tuned("used")
    azure.deploy("unused", model_of(azure))
    azure.control("clock", advance=10 * DAY)
    azure.chat("used").raise_for_status()

    azure.control("clock", advance=6 * DAY)
    later = [one["name"] for one in azure.arm("GET", "/deployments").json()["value"]]
    azure.control("clock", advance=10 * DAY)

    assert sorted(later) == ["gpt-4.1-mini", "used"]
    assert azure.chat("used").status_code == 404
    assert azure.chat("gpt-4.1-mini").status_code == 200


def test_by_default_nothing_is_deleted_for_idleness(azure: Emulated) -> None:
    """The service's own deletion is a setting."""
    azure.tuned("a")

    azure.control("clock", advance=100 * DAY)

    assert azure.chat("a").status_code == 200


@pytest.mark.parametrize("name", ["-a", "a b", "x" * 65, "a-"])
def test_a_name_that_cannot_be_is_refused(azure: Emulated, name: str) -> None:
    """Up to 64 letters and digits; dots and dashes only in between."""
    answer = azure.deploy(name, MODEL)

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "InvalidResourceName"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"sku": {"name": "Standard"}},
        {"sku": {"name": "Standard"}, "properties": {"model": {}}},
        {"sku": {"name": "Standard", "capacity": 0}, "properties": {"model": {"name": MODEL}}},
        {"properties": {"model": {"name": MODEL}}},
        [],
    ],
)
def test_a_body_that_cannot_be_is_refused(azure: Emulated, body: object) -> None:
    """400 in the shape of ARM."""
    answer = azure.arm("PUT", "/deployments/ab", json=body)

    assert answer.status_code == 400
    assert {"code", "message"} <= answer.json()["error"].keys()


def test_an_emulator_can_be_one_account_only(start: Callable[..., Emulated]) -> None:
    """With an account set, others do not exist."""
    mine = "/subscriptions/s/resourceGroups/g/providers/Microsoft.CognitiveServices/accounts/mine"
    azure = start(account=mine)
    version = {"api-version": "2025-06-01"}

    answers = [
        azure.http.get(f"{account}/deployments", params=version)
        for account in (mine, mine.replace("mine", "other"))
    ]

    assert [one.status_code for one in answers] == [200, 404]
    assert answers[1].json()["error"]["code"] == "ResourceNotFound"


def test_the_version_of_the_api_is_asked_for(azure: Emulated) -> None:
    """ARM refuses a request without api-version."""
    answer = azure.arm("GET", "/deployments", params={"api-version": ""})

    assert answer.json()["error"]["code"] == "MissingApiVersionParameter"


def test_an_unknown_operation_is_not_found(azure: Emulated) -> None:
    """404 for an operation that was never begun."""
    path = "/subscriptions/s/providers/Microsoft.CognitiveServices/locations/l/operationResults/x"

    assert azure.http.get(path, params={"api-version": "2025-06-01"}).status_code == 404
