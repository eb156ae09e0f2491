"""Readiness: the data plane answers some time after Resource Manager says Succeeded."""

import pytest

from activities.check_ready import check_ready
from activities.create_deployment import create_deployment
from shared.runs import cancellation
from shared.runs.orchestration import Outcome, RunRef
from tests.activities.calls import call, settle
from tests.activities.conftest import Advance, row
from tests.services import Emulator

CHAT = {"method": "POST", "path": "*/chat/completions"}


def test_answering_deployment_is_ready(deployed_run: RunRef) -> None:
    """One answer is enough, as often as it is asked."""
    assert [call(check_ready, deployed_run) for _ in range(2)] == [Outcome.done()] * 2


def test_deployment_that_is_not_known_yet_is_waited_for(
    trained_run: RunRef, emulator: Emulator
) -> None:
    """`DeploymentNotFound` after Succeeded is a wait, with the reason in the row."""
    emulator.control("transitions", {"ready": "reads:2"})
    settle(create_deployment, trained_run)

    outcome = call(check_ready, trained_run)

    assert (outcome.result, outcome.code) == ("wait", "DeploymentNotFound")
    assert trained_run.run in row(trained_run).waiting
    assert settle(check_ready, trained_run) == Outcome.done()


@pytest.mark.parametrize(("status", "code"), [(404, "DeploymentNotReady"), (503, "x"), (500, "x")])
def test_refusal_that_passes_is_waited_out(
    deployed_run: RunRef, emulator: Emulator, status: int, code: str
) -> None:
    """Not ready, or broken for now: all are waits."""
    body = {"error": {"code": code, "message": "Later."}}
    emulator.control("faults", {**CHAT, "status": status, "body": body})

    outcome = call(check_ready, deployed_run)

    assert outcome.result == "wait"
    assert settle(check_ready, deployed_run) == Outcome.done()


@pytest.mark.parametrize(
    ("status", "code", "message"),
    [
        (
            400,
            "",
            "Could not finish the message because max_tokens was reached.",
        ),
        (400, "content_filter", "The response was filtered."),
        (429, "429", "Requests have exceeded the token rate limit."),
    ],
)
def test_refusal_by_the_model_is_an_answer(
    deployed_run: RunRef, emulator: Emulator, status: int, code: str, message: str
) -> None:
    """A thought that was cut off, a filter and a rate limit prove that the deployment is there."""
    body = {"error": {"code": code, "message": message}}
    emulator.control("faults", {**CHAT, "status": status, "body": body})

    assert call(check_ready, deployed_run) == Outcome.done()


def test_loading_deployment_is_not_ready(deployed_run: RunRef, emulator: Emulator) -> None:
    """A 400 that says that the weights are still loaded is a wait."""
    body = {"error": {"code": "BadRequest", "message": "Failed to load LoRA adapter."}}
    emulator.control("faults", {**CHAT, "status": 400, "body": body})

    assert call(check_ready, deployed_run).result == "wait"


def test_stuck_deployment_is_created_again_once(
    deployed_run: RunRef, emulator: Emulator, advance: Advance
) -> None:
    """After 30 minutes of Succeeded without an answer it is deleted and created, and only once."""
    body = {"error": {"code": "DeploymentNotReady", "message": "Not ready."}}
    emulator.control("faults", {**CHAT, "status": 404, "body": body, "times": 0})
    first = call(check_ready, deployed_run)
    advance(1801)
    stuck = call(check_ready, deployed_run)
    advance(1801 + 3600)
    again = [call(check_ready, deployed_run) for _ in range(4)]
    advance(1801 + 3600 + 7200)
    later = [call(check_ready, deployed_run) for _ in range(2)]
    counts = emulator.look("requests")["counts"]
    emulator.clear_faults()

    assert [first.code, stuck.code] == ["DeploymentNotReady", "deployment_stuck"]
    assert again[-1].code == later[-1].code == "DeploymentNotReady"
    deletions = [
        one["effects"]
        for kind, one in counts.items()
        if kind.startswith("DELETE") and "deploy" in kind
    ]
    assert deletions == [1]
    assert settle(check_ready, deployed_run) == Outcome.done()
    assert row(deployed_run).deployment.unready_since is None


def test_refusal_that_lasts_ends_the_run(deployed_run: RunRef, emulator: Emulator) -> None:
    """What waiting does not solve is a refusal."""
    body = {"error": {"code": "ModelDeprecated", "message": "Retired."}}
    emulator.control("faults", {**CHAT, "status": 410, "body": body})

    outcome = call(check_ready, deployed_run)

    assert (outcome.result, outcome.code) == ("refused", "ModelDeprecated")


def test_lost_answer_is_asked_for_again(deployed_run: RunRef, emulator: Emulator) -> None:
    """A broken connection is a wait."""
    emulator.control("faults", {**CHAT, "when": "after", "reset": True})

    assert call(check_ready, deployed_run).result == "wait"
    assert settle(check_ready, deployed_run) == Outcome.done()


def test_cancelled_run_is_not_asked(deployed_run: RunRef) -> None:
    """A request to cancel is seen while a deployment gets ready."""
    cancellation.request_cancel(deployed_run.run)

    assert call(check_ready, deployed_run).code == "cancelled"
