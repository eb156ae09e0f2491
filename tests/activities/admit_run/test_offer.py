"""What the account offers is known before anything is paid."""

from typing import Any

import pytest

from activities.admit_run import admit_run
from shared.admission.offer import Obstacle, Request, check_facts, check_region
from shared.clients.files import files
from shared.clients.jobs import jobs
from shared.deployments.plan import DeploymentPlan, plan_deployment
from shared.models import Model, find_model
from shared.runs.orchestration import RunRef
from shared.settings import settings
from tests.activities.calls import call
from tests.activities.conftest import change
from tests.services import Emulator

MODELS = {"method": "GET", "path": "*/accounts/*/models", "times": 0}
USAGES = {"method": "GET", "path": "*/usages*", "times": 0}


def sku(name: str, **values: Any) -> dict[str, Any]:
    """A SKU of tuned models, as Resource Manager lists it."""
    return {"name": name, "usageName": f"OpenAI.{name}.gpt4.1-mini-finetune", **values}


def offer(emulator: Emulator, *skus: dict[str, Any], **values: Any) -> None:
    """Let the account offer gpt-4.1-mini with these SKUs only."""
    model = {
        "name": "gpt-4.1-mini",
        "format": "OpenAI",
        "version": "2025-04-14",
        "capabilities": {"fineTune": "true"},
        "skus": list(skus),
        **values,
    }
    emulator.control("faults", {**MODELS, "status": 200, "body": {"value": [model]}})


def facts(name: str) -> Model:
    """A model of the data file."""
    found = find_model(name)
    assert found is not None
    return found


def request(name: str, training_type: str, sku_name: str, capacity: int = 5) -> Request:
    """What a run needs."""
    return Request(facts(name), training_type, DeploymentPlan(sku_name, capacity, ("OpenAI",)))


def test_sku_that_the_account_lacks_is_refused(received_run: RunRef, emulator: Emulator) -> None:
    """A resource outside of the regions of Standard learns which SKU to set, and pays nothing."""
    offer(emulator, sku("GlobalStandard"), sku("DeveloperTier"))

    outcome = call(admit_run, received_run)

    assert (outcome.result, outcome.code) == ("refused", "sku_not_offered")
    assert (
        "does not offer Standard for models tuned from gpt-4.1-mini-2025-04-14" in outcome.message
    )
    assert "Set DEPLOYMENT_SKU to GlobalStandard or DeveloperTier." in outcome.hint
    assert files().totals()[0] == 0
    assert jobs().counts().total == 0


def test_sku_that_has_ended_is_refused(received_run: RunRef, emulator: Emulator) -> None:
    """A date in the past counts like a SKU that is not there."""
    offer(emulator, sku("Standard", deprecationDate="2020-01-01T00:00:00Z"), sku("GlobalStandard"))

    assert call(admit_run, received_run).code == "sku_not_offered"


def test_model_that_the_account_lacks_is_refused(received_run: RunRef, emulator: Emulator) -> None:
    """The refusal names what could be trained instead."""
    offer(emulator, sku("Standard"), name="gpt-4.1-nano")

    outcome = call(admit_run, received_run)

    assert (outcome.result, outcome.code) == ("refused", "model_not_offered")
    assert "it offers gpt-4.1-nano 2025-04-14" in outcome.hint


def test_model_that_cannot_be_tuned_is_refused(received_run: RunRef, emulator: Emulator) -> None:
    """A model that the account has for chats only cannot be trained."""
    offer(emulator, sku("Standard"), capabilities={"fineTune": "false"})

    assert call(admit_run, received_run).code == "model_not_offered"


def test_training_that_has_ended_is_refused(received_run: RunRef, emulator: Emulator) -> None:
    """The account's own date decides."""
    offer(emulator, sku("Standard"), deprecation={"fineTune": "2026-01-02T00:00:00Z"})

    outcome = call(admit_run, received_run)

    assert outcome.code == "training_ended"
    assert "ended on 2026-01-02" in outcome.message


@pytest.mark.parametrize(
    ("capacity", "words"),
    [
        ({"minimum": 10, "maximum": 100}, "a capacity of 10 to 100; 5 is configured"),
        ({"maximum": 3}, "a capacity of 1 to 3"),
        ({"minimum": 1, "step": 10}, "1 or more, in steps of 10"),
    ],
)
def test_capacity_outside_of_the_sku_is_refused(
    received_run: RunRef, emulator: Emulator, capacity: dict[str, int], words: str
) -> None:
    """Too little, too much, or between two steps."""
    offer(emulator, sku("Standard", capacity=capacity))

    outcome = call(admit_run, received_run)

    assert outcome.code == "capacity_not_offered"
    assert words in outcome.message


def test_quota_is_the_one_that_the_account_names(received_run: RunRef, emulator: Emulator) -> None:
    """Its name is read from the SKU, never built."""
    offer(emulator, {"name": "Standard", "usageName": "odd-FineTune"})
    row = {"name": {"value": "Odd-finetune"}, "currentValue": 7, "limit": 7}
    emulator.control("faults", {**USAGES, "status": 200, "body": {"value": [row]}})

    outcome = call(admit_run, received_run)

    assert (outcome.result, outcome.code) == ("wait", "quota_full")
    assert "7 of 7 thousand tokens per minute of Odd-finetune" in outcome.message


@pytest.mark.parametrize("status", [401, 403, 404, 500, 503])
def test_account_that_cannot_be_asked_holds_up_nobody(
    received_run: RunRef, emulator: Emulator, status: int
) -> None:
    """Then the data file serves, by the region of the resource."""
    emulator.control("faults", {**MODELS, "status": status})

    assert call(admit_run, received_run).result == "done"


def test_emulated_account_offers_the_default_model(received_run: RunRef) -> None:
    """What is configured by default can be trained and deployed there."""
    assert call(admit_run, received_run).result == "done"


def test_open_weight_model_is_let_in(received_run: RunRef) -> None:
    """The account does not say that it can be tuned, and its SKU is not that of the settings."""
    change(received_run, training_base_model="qwen3-32b", training_type="GlobalStandard")

    assert call(admit_run, received_run).result == "done"


@pytest.mark.usefixtures("app")
def test_plan_is_what_the_model_needs() -> None:
    """The settings count as far as the model can be had so."""
    assert plan_deployment("gpt-4.1-mini") == DeploymentPlan(
        "Standard", settings().deployment_capacity, ("OpenAI",)
    )
    assert plan_deployment("qwen3-32b") == DeploymentPlan("GlobalStandard", 100, ("Alibaba",))


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (request("gpt-4o", "GlobalStandard", "DeveloperTier"), "sku_not_offered"),
        (request("gpt-5", "Developer", "Standard"), "training_type_not_offered"),
        (request("qwen3-32b", "Standard", "GlobalStandard"), "training_type_not_offered"),
        (request("gpt-oss-120b", "GlobalStandard", "GlobalStandard"), "model_not_deployable"),
        (request("gpt-4.1", "Developer", "DataZoneStandard"), None),
        (request("gpt-4.1", "datazonestandard", "developertier"), None),
    ],
)
def test_what_no_account_offers_is_refused(wanted: Request, code: str | None) -> None:
    """Training types and SKUs are facts of the model."""
    found = check_facts(wanted)

    assert (found.code if isinstance(found, Obstacle) else None) == code


@pytest.mark.parametrize(
    ("wanted", "region", "code"),
    [
        (request("gpt-4.1", "Standard", "GlobalStandard"), "westus3", "training_type_not_offered"),
        (request("gpt-4.1", "GlobalStandard", "Standard"), "westus3", "sku_not_offered"),
        (request("gpt-4.1", "Standard", "Standard"), "swedencentral", None),
        (request("gpt-4o", "Standard", "Standard"), "northcentralus", "sku_not_offered"),
        (request("gpt-4.1", "GlobalStandard", "GlobalStandard"), "westus3", None),
    ],
)
def test_data_file_knows_the_regions_of_standard(
    wanted: Request, region: str, code: str | None
) -> None:
    """Global training runs in many regions, Standard in two or three."""
    found = check_region(wanted, region)

    assert (found.code if found else None) == code
