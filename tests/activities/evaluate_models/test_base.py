"""Which deployment of the base model the tuned one is compared with."""

import pytest

from activities.close_run import close_run
from activities.evaluate_models import evaluate_models
from activities.promote_version import promote_version
from shared.clients.deployments import deployments
from shared.runs.orchestration import CloseReason, RunRef
from shared.settings import settings
from tests.activities.calls import call, settle
from tests.activities.conftest import change, pin, row
from tests.activities.evaluate_models import EVAL, report
from tests.container import Container
from tests.services import Emulator

NANO = "gpt-4.1-nano-2025-04-14"
PUT = {"method": "PUT", "path": "*/deployments/tunedrop-base-*"}


@pytest.fixture
def other_base(deployed_run: RunRef, container: Container) -> RunRef:
    """A run of another base model than `BASE_DEPLOYMENT` serves."""
    container.put("brolly.eval.jsonl", EVAL)
    pin(deployed_run)
    change(deployed_run, training_base_model=NANO)
    return deployed_run


def names() -> set[str]:
    """The deployments of the account."""
    return {one.name for one in deployments().list()}


def deploy_nano(name: str) -> None:
    """Deploy the run's base model, as an operator does."""
    deployments().put(name, model="gpt-4.1-nano", version="2025-04-14", sku="Standard", capacity=5)


def test_another_base_is_not_compared_with(other_base: RunRef) -> None:
    """The run's own base model is deployed for the comparison, asked, and deleted after it."""
    before = names()

    outcome = settle(evaluate_models, other_base)

    found = report(other_base)
    assert outcome.result == "done"
    assert found["base"] == "tunedrop-base-0123456789"
    assert (found["summary"]["comparable"], found["summary"]["wins"]) == (5, 5)
    assert names() == before
    assert row(other_base).evaluation.base_deployment == ""


def test_a_deployment_of_it_that_exists_is_taken(other_base: RunRef) -> None:
    """Nothing is deployed where the account has the base model under another name."""
    deploy_nano("nano")
    before = names()

    settle(evaluate_models, other_base)

    assert report(other_base)["base"] == "nano"
    assert names() == before


def test_deployment_that_is_being_made_is_waited_for(
    other_base: RunRef, emulator: Emulator
) -> None:
    """The run says what it waits for, and a second call makes no second one."""
    emulator.control("transitions", {"deployment": "reads:3", "ready": "reads:2"})

    outcome = call(evaluate_models, other_base)

    assert (outcome.result, outcome.code) == ("wait", "deploying_base")
    assert row(other_base).evaluation.base_deployment == "tunedrop-base-0123456789"
    assert settle(evaluate_models, other_base).result == "done"
    assert report(other_base)["summary"]["comparable"] == 5


def test_a_base_that_refuses_the_probe_is_there(other_base: RunRef, emulator: Emulator) -> None:
    """A filter or a thought that was cut off is the model's own word, so it is compared with."""
    body = {"error": {"code": "content_filter", "message": "The response was filtered."}}
    chat = {"method": "POST", "path": "*/chat/completions"}
    emulator.control("faults", {**chat, "status": 400, "body": body, "times": 1})

    assert settle(evaluate_models, other_base).result == "done"
    assert report(other_base)["summary"]["comparable"] == 5


@pytest.mark.parametrize(
    ("status", "code"), [(400, "ServiceModelDeprecated"), (400, "InsufficientQuota")]
)
def test_base_that_cannot_be_deployed_is_no_verdict(
    other_base: RunRef, emulator: Emulator, status: int, code: str
) -> None:
    """Without a base there is no comparison, in words, and no gate is passed."""
    body = {"error": {"code": code, "message": "Not here."}}
    emulator.control("faults", {**PUT, "status": status, "body": body, "times": 0})
    change(other_base, evaluation_gate="win_rate>=0.5")

    outcome = settle(evaluate_models, other_base)

    found = report(other_base)
    assert outcome.result == "done"
    assert (found["base"], found["pairs"]) == ("", [])
    assert "was not compared with its base model" in found["summary"]["text"]
    assert "Not here." in found["summary"]["text"]
    assert (found["gate"]["passed"], row(other_base).evaluation.verdict) == (None, None)
    assert "has no verdict" in row(other_base).evaluation.reason
    assert row(other_base).evaluation.base_deployment == ""


def test_tuned_model_as_base_is_not_deployed_for_it(other_base: RunRef) -> None:
    """A tuned model that was tuned again costs by the hour, so it has to be live already."""
    base = "gpt-4.1-nano-2025-04-14.ft-0123456789abcdef"
    change(other_base, training_base_model=base)
    before = names()

    settle(evaluate_models, other_base)

    assert f"No deployment serves the tuned model {base}" in report(other_base)["summary"]["text"]
    assert names() == before


def test_close_deletes_it(other_base: RunRef, emulator: Emulator) -> None:
    """A run that is cancelled in the middle leaves no base deployment."""
    emulator.control("transitions", {"ready": "reads:50"})
    call(evaluate_models, other_base)
    assert "tunedrop-base-0123456789" in names()

    settle(close_run, CloseReason(other_base, "cancelled", "Cancelled."))

    assert "tunedrop-base-0123456789" not in names()


def test_promotion_deletes_it(other_base: RunRef, emulator: Emulator) -> None:
    """A comparison that was given up leaves no base deployment, and a refusal holds up nobody."""
    emulator.control("transitions", {"ready": "reads:50"})
    call(evaluate_models, other_base)
    body = {"error": {"code": "AuthorizationFailed", "message": "You may not."}}
    fault = {"method": "DELETE", "path": "*/deployments/*", "status": 403, "body": body}
    emulator.control("faults", fault)

    assert settle(promote_version, other_base).result == "done"
    assert row(other_base).evaluation.base_deployment == "tunedrop-base-0123456789"
    assert row(other_base).phase == "serving"
    settle(promote_version, other_base)

    assert "tunedrop-base-0123456789" not in names()
    assert row(other_base).evaluation.base_deployment == ""


def test_base_of_another_comparison_is_not_relied_on(other_base: RunRef) -> None:
    """A deployment that another comparison made, and will delete, is not taken."""
    deploy_nano("tunedrop-base-fedcba9876")

    settle(evaluate_models, other_base)

    assert report(other_base)["base"] == "tunedrop-base-0123456789"
    assert "tunedrop-base-fedcba9876" in names()


def test_residency_of_the_prompts(
    other_base: RunRef, emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The base is deployed with the SKU of the tuned model, or else charged by the token."""
    emulator.control("transitions", {"ready": "reads:50"})
    for sku, used in (("Standard", "Standard"), ("DeveloperTier", "GlobalStandard")):
        monkeypatch.setenv("DEPLOYMENT_SKU", sku)
        settings.cache_clear()
        call(evaluate_models, other_base)
        found = deployments().get("tunedrop-base-0123456789")
        assert found is not None
        assert (found.sku, found.model, found.version) == (used, "gpt-4.1-nano", "2025-04-14")
        deployments().delete(found.name)
