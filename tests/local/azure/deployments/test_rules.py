"""What an account may have: models, SKUs, quota, numbers, filters and names."""

from collections.abc import Callable

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

from tests.dataset import OPENING, QUESTION
from tests.local.azure.deployments.requests import deployment_body, model_of
from tests.local.azure.emulator import MODEL, EmulatorClient

TUNED = "gpt-4.1-mini-2025-04-14.ft-"


def test_an_unknown_model_is_not_supported(
    azure: EmulatorClient, arm: CognitiveServicesManagementClient
) -> None:
    """DeploymentModelNotSupported with the model as it was asked for."""
    with pytest.raises(HttpResponseError) as refused:
        arm.deployments.begin_create_or_update("rg", "acc", "a", deployment_body(TUNED + "0"))

    assert refused.value.error is not None
    assert refused.value.error.code == "DeploymentModelNotSupported"
    assert f"Format: OpenAI, Name: {TUNED}0, Version: 1, Source: " in str(refused.value)


@pytest.mark.parametrize(
    ("base", "makers", "foreign"),
    [("gpt-4.1-mini-2025-04-14", "OpenAI", "Meta"), ("Ministral-3B", "Mistral AI", "OpenAI")],
)
def test_a_format_has_to_be_the_maker_s(
    azure: EmulatorClient, base: str, makers: str, foreign: str
) -> None:
    """Any other is a 500 that says nothing, as at the service."""
    tuned = azure.job(azure.train(model=base, trainingType="GlobalStandard"))["fine_tuned_model"]
    body = deployment_body(tuned, sku="GlobalStandard")
    answers = []
    for name in (foreign, makers):
        body["properties"]["model"]["format"] = name
        answers.append(azure.call_arm("PUT", "/deployments/ab", json=body))

    assert [one.status_code for one in answers] == [500, 201]
    assert answers[0].json()["error"]["code"] == "InternalServerError"
    assert answers[1].json()["properties"]["model"]["format"] == makers


def test_an_upgrade_that_there_is_not_is_refused(azure: EmulatorClient) -> None:
    """400 with those that there are."""
    body = deployment_body(model_of(azure), versionUpgradeOption="Sometimes")

    answer = azure.call_arm("PUT", "/deployments/ab", json=body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (
        400,
        "InvalidResourceProperties",
    )
    assert "'Sometimes'" in answer.json()["error"]["message"]
    assert "NoAutoUpgrade" in answer.json()["error"]["message"]


def test_a_checkpoint_can_be_deployed(azure: EmulatorClient) -> None:
    """The id of a checkpoint stands for the model as it was then."""
    job = azure.train()
    checkpoints = azure.call_v1("GET", f"/fine_tuning/jobs/{job}/checkpoints").json()["data"]

    azure.deploy("a", checkpoints[1]["id"]).raise_for_status()

    answer = azure.chat("a", QUESTION).json()
    assert answer["model"].endswith(":ckpt-step-90")
    assert OPENING in answer["choices"][0]["message"]["content"]


@pytest.mark.parametrize("sku", ["Nonsense", "GlobalBatch"])
def test_a_sku_that_a_tuned_model_lacks_is_refused(azure: EmulatorClient, sku: str) -> None:
    """The text names SKU, model and region."""
    answer = azure.deploy("a", model_of(azure), sku=sku)

    assert answer.json()["error"]["code"] == "InvalidResourceProperties"
    assert f"The specified SKU '{sku}' for model" in answer.json()["error"]["message"]
    assert "'swedencentral'" in answer.json()["error"]["message"]


def test_skus_are_taken_in_any_case(azure: EmulatorClient) -> None:
    """`developertier` is DeveloperTier."""
    answer = azure.deploy("a", model_of(azure), sku="developertier")

    assert answer.json()["sku"]["name"] == "DeveloperTier"


@pytest.mark.parametrize(
    ("base", "sku"),
    [
        ("Ministral-3B", "Standard"),
        ("Ministral-3B", "DataZoneStandard"),
        ("gpt-4o-mini-2024-07-18", "DeveloperTier"),
    ],
)
def test_a_sku_that_tuned_models_cannot_have_is_refused(
    azure: EmulatorClient, base: str, sku: str
) -> None:
    """Open-weight models are GlobalStandard only, and not every model has a Developer tier."""
    tuned = azure.job(azure.train(model=base, trainingType="GlobalStandard"))["fine_tuned_model"]
    body = deployment_body(tuned, sku=sku)
    body["properties"]["model"]["format"] = "Mistral AI" if base.startswith("Min") else "OpenAI"

    answer = azure.call_arm("PUT", "/deployments/ab", json=body)

    assert answer.status_code == 400
    assert f"'{sku}'" in answer.json()["error"]["message"]


def test_standard_exists_in_few_regions(start: Callable[..., EmulatorClient]) -> None:
    """Elsewhere neither a training nor a deployment of that kind can be had."""
    azure = start(location="westus3")
    tuned = azure.job(azure.train(trainingType="GlobalStandard"))["fine_tuned_model"]
    job = {"model": MODEL, "training_file": azure.upload(), "trainingType": "Standard"}

    training = azure.call_v1("POST", "/fine_tuning/jobs", json=job)
    answers = [azure.deploy("a", tuned, sku=sku) for sku in ("Standard", "GlobalStandard")]

    assert training.status_code == 400
    assert "does not support fine-tuning" in training.text
    assert [one.status_code for one in answers] == [400, 201]


def test_account_lists_what_it_offers(
    azure: EmulatorClient, arm: CognitiveServicesManagementClient
) -> None:
    """Each SKU stands there with the quota of the model and with that of models tuned from it."""
    offers = {one.name: one for one in arm.accounts.list_models("rg", "acc")}
    mini, ministral = offers["gpt-4.1-mini"], offers["Ministral-3B"]

    assert mini.capabilities is not None
    assert mini.capabilities["fineTune"] == "true"
    assert {sku.usage_name for sku in mini.skus or () if sku.name == "Standard"} == {
        "OpenAI.Standard.gpt4.1-mini",
        "OpenAI.Standard.gpt4.1-mini-finetune",
    }
    assert "fineTune" not in (ministral.capabilities or {})
    assert [sku.name for sku in ministral.skus or () if "-finetune" in str(sku.usage_name)] == [
        "GlobalStandard"
    ]


def test_quota_is_counted_over_deployments(start: Callable[..., EmulatorClient]) -> None:
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


def test_growing_counts_only_what_is_new(start: Callable[..., EmulatorClient]) -> None:
    """A deployment may grow up to the quota, its own capacity not counted twice."""
    azure = start(quota=10)
    azure.deploy("a", model_of(azure), capacity=8)

    answers = [
        azure.call_arm(
            "PATCH", "/deployments/a", json={"sku": {"name": "Standard", "capacity": count}}
        )
        for count in (10, 11)
    ]

    assert [one.status_code for one in answers] == [200, 400]


def test_usages_show_what_is_used(
    azure: EmulatorClient, arm: CognitiveServicesManagementClient
) -> None:
    """Each quota with its use; tuned models have one of their own."""
    azure.deploy("a", model_of(azure), capacity=8)

    usages_list = [one.as_dict() for one in arm.usages.list("swedencentral")]
    usages = {one["name"]["value"]: one["current_value"] for one in usages_list}

    assert usages["OpenAI.Standard.gpt4.1-mini-finetune"] == 8
    assert usages["OpenAI.GlobalStandard.gpt4.1-mini"] == 1000
    assert list(arm.usages.list("westus3")) == []


def test_ten_tuned_deployments_are_the_limit(azure: EmulatorClient) -> None:
    """The eleventh is refused; base models do not count."""
    model = model_of(azure)
    for number in range(10):
        azure.deploy(f"tuned-{number}", model).raise_for_status()

    refused, base = azure.deploy("tuned-10", model), azure.deploy("base-2", MODEL)

    assert refused.json()["error"]["code"] == "DeploymentLimitReached"
    assert base.status_code == 201
    assert azure.deploy("tuned-9", model, capacity=6).status_code == 200


def test_a_content_filter_has_to_exist(azure: EmulatorClient) -> None:
    """The built-in ones do, others once they were put."""
    bodies = [
        deployment_body(MODEL, raiPolicyName=name) for name in ("Microsoft.Default", "strict")
    ]
    for body in bodies:
        body["properties"]["model"]["version"] = "2025-04-14"

    first = [azure.call_arm("PUT", "/deployments/a", json=body).status_code for body in bodies]
    azure.control("filters", name="strict")
    second = azure.call_arm("PUT", "/deployments/b", json=bodies[1])

    assert first == [201, 400]
    assert second.json()["properties"]["raiPolicyName"] == "strict"


@pytest.mark.parametrize("name", ["-a", "a b", "x" * 65, "a-"])
def test_a_name_that_cannot_be_is_refused(azure: EmulatorClient, name: str) -> None:
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
def test_a_body_that_cannot_be_is_refused(azure: EmulatorClient, body: object) -> None:
    """400 in the shape of ARM."""
    answer = azure.call_arm("PUT", "/deployments/ab", json=body)

    assert answer.status_code == 400
    assert {"code", "message"} <= answer.json()["error"].keys()


def test_an_emulator_can_be_one_account_only(start: Callable[..., EmulatorClient]) -> None:
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


def test_the_version_of_the_api_is_asked_for(azure: EmulatorClient) -> None:
    """ARM refuses a request without api-version."""
    answer = azure.call_arm("GET", "/deployments", params={"api-version": ""})

    assert answer.json()["error"]["code"] == "MissingApiVersionParameter"


def test_an_unknown_operation_is_not_found(azure: EmulatorClient) -> None:
    """404 for an operation that does not exist."""
    path = "/subscriptions/s/providers/Microsoft.CognitiveServices/locations/l/operationResults/x"

    assert azure.http.get(path, params={"api-version": "2025-06-01"}).status_code == 404
