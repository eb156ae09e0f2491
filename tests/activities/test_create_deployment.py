"""Deployments: one for each run, under its name, and never somebody else's."""

from dataclasses import replace

import pytest

from activities.create_deployment import create_deployment
from shared import clock, intake, waking
from shared.clients.deployments import deployments
from shared.pipeline import Outcome, Phase, RunRef
from shared.registry import registry
from shared.registry.rows import iso
from tests.activities.calls import at_once, call, settled
from tests.activities.conftest import Advance, change, row
from tests.services import Emulator

PUT = {"method": "PUT", "path": "*/deployments/*"}


def tuned(emulator: Emulator) -> list[tuple[str, str]]:
    """Name and model of each deployment at the service but the base."""
    found = emulator.look("state")["deployments"]
    pairs = [(one["name"], one["properties"]["model"]["name"]) for one in found]
    return [pair for pair in pairs if pair[0] != "gpt-4.1-mini"]


def only_deployment(emulator: Emulator, ref: RunRef) -> bool:
    """Whether exactly this run's deployment is there, and in its row."""
    now = row(ref)
    return tuned(emulator) == [(ref.run, now.tuned_model)] and now.deployment == ref.run


def error(status: int, code: str) -> dict[str, object]:
    """A refusal by Resource Manager."""
    return {**PUT, "status": status, "body": {"error": {"code": code, "message": "No."}}}


def test_deployment_has_the_run_s_name(trained: RunRef, emulator: Emulator) -> None:
    """The tuned model is deployed under the run's id, with SKU and capacity of the settings."""
    outcome = settled(create_deployment, trained)

    sku = emulator.look("state")["deployments"][-1]["sku"]
    assert outcome == Outcome.done()
    assert only_deployment(emulator, trained)
    assert (sku["name"], sku["capacity"]) == ("Standard", 5)
    assert row(trained).deployed
    assert row(trained).phase == "deploying"


def test_hosting_is_counted_from_the_service_s_own_time(
    trained: RunRef, emulator: Emulator
) -> None:
    """What it costs begins with the creation that the service names, under its SKU."""
    settled(create_deployment, trained)

    facts = deployments().get(trained.run)
    assert facts is not None
    assert facts.created_at is not None
    assert row(trained).live_since == iso(facts.created_at)
    assert row(trained).sku == facts.sku


def test_waiting_for_quota_costs_nothing(trained: RunRef, emulator: Emulator) -> None:
    """A deployment that is only wanted has no hours, however long it waits."""
    emulator.control("faults", error(400, "InsufficientQuota"))

    call(create_deployment, trained)

    assert row(trained).deployment
    assert row(trained).live_since == ""


def test_room_is_the_first_comer_s(trained: RunRef, emulator: Emulator) -> None:
    """A run that found the service full before gets what becomes free; then it is this one's."""
    now = iso(clock.now())
    first = replace(row(trained), model="first", run="first-0123456789", phase="deploying")
    since = "2026-01-01T00:00:00.000Z"
    waits = replace(first, waits_for="deployments_full", waits_since=since, looked=now)
    registry().insert(waits)

    behind = call(create_deployment, trained)
    registry().change(first.run, lambda old: replace(old, waits_for=""))
    outcome = settled(create_deployment, trained)

    assert (behind.code, behind.held) == ("deployments_full", True)
    assert "first-0123456789 waits for a deployment longer" in behind.message
    assert outcome == Outcome.done()
    assert row(trained).waits_for == ""


def test_time_without_room_is_no_idle_time(trained: RunRef, emulator: Emulator) -> None:
    """What waited for weeks is as old as its deployment, not as the wish for it."""
    change(trained, deployment=trained.run, deployed="2026-01-01T00:00:00.000Z")

    settled(create_deployment, trained)

    assert row(trained).deployed == row(trained).live_since


def test_creation_is_waited_for(trained: RunRef, emulator: Emulator) -> None:
    """A deployment that is being created is a wait that names it, and known to the registry."""
    emulator.control("transitions", {"deployment": "reads:3"})

    outcome = call(create_deployment, trained)

    assert (outcome.result, outcome.code) == ("wait", "deploying")
    assert trained.run in row(trained).waiting
    assert row(trained).deployment == trained.run
    assert settled(create_deployment, trained) == Outcome.done()


def test_second_call_changes_nothing(deployed: RunRef, emulator: Emulator) -> None:
    """A duplicate finds the deployment."""
    before = row(deployed)

    outcome = call(create_deployment, deployed)

    assert outcome == Outcome.done()
    assert row(deployed) == before
    assert only_deployment(emulator, deployed)


def test_duplicates_at_once_make_one(trained: RunRef, emulator: Emulator) -> None:
    """Four at the same moment end with one deployment."""
    emulator.control("faults", {**PUT, "delay": 0.1, "times": 4})

    at_once(create_deployment, trained)

    assert settled(create_deployment, trained) == Outcome.done()
    assert only_deployment(emulator, trained)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [{"reset": True}, {"status": 504}])
def test_lost_answer_leaves_one_known_deployment(
    trained: RunRef, emulator: Emulator, when: str, kind: dict[str, object]
) -> None:
    """Whether a lost answer had its effect or not, the registry knows the name beforehand."""
    emulator.control("faults", {**PUT, "when": when, **kind})

    call(create_deployment, trained)
    known = row(trained).deployment

    assert known == trained.run
    assert settled(create_deployment, trained) == Outcome.done()
    assert only_deployment(emulator, trained)


def test_deployment_that_the_row_forgot_is_adopted(deployed: RunRef, emulator: Emulator) -> None:
    """A deployment of this run's model is taken for its own, whatever the row says."""
    change(deployed, deployment="", deployed="")

    outcome = settled(create_deployment, deployed)

    assert outcome == Outcome.done()
    assert only_deployment(emulator, deployed)
    assert row(deployed).deployed


@pytest.mark.parametrize(
    ("status", "code", "said", "held"),
    [
        (400, "InsufficientQuota", "quota_full", True),
        (400, "DeploymentLimitReached", "deployments_full", True),
        (409, "RequestConflict", "RequestConflict", False),
        (503, "ServiceUnavailable", "ServiceUnavailable", False),
    ],
)
def test_full_or_busy_service_is_waited_out(
    trained: RunRef, emulator: Emulator, status: int, code: str, said: str, held: bool
) -> None:
    """No quota, no room, another change: a wait with the reason in the row, then it goes on.

    Waiting for room breaks no deadline.
    """
    emulator.control("faults", error(status, code))

    outcome = call(create_deployment, trained)

    assert (outcome.result, outcome.code, outcome.held) == ("wait", said, held)
    assert code in row(trained).waiting
    assert settled(create_deployment, trained) == Outcome.done()


def test_wait_is_as_long_as_the_service_says(trained: RunRef, emulator: Emulator) -> None:
    """429 is a wait with the service's own time."""
    emulator.control("faults", {**error(429, "429"), "headers": {"retry-after": "33"}})

    outcome = call(create_deployment, trained)

    assert (outcome.result, outcome.after) == ("wait", 33)


def test_refusal_that_lasts_ends_the_run(trained: RunRef, emulator: Emulator) -> None:
    """A model that cannot be deployed here is a refusal with a next step."""
    emulator.control("faults", error(400, "DeploymentModelNotSupported"))

    outcome = call(create_deployment, trained)

    assert (outcome.result, outcome.code) == ("refused", "DeploymentModelNotSupported")
    assert "DEPLOYMENT_SKU" in outcome.hint


def test_foreign_deployment_is_left_alone(trained: RunRef, emulator: Emulator) -> None:
    """A deployment of this name that serves something else is refused, not overwritten."""
    deployments().put(trained.run, model="gpt-4.1-mini-2025-04-14", sku="Standard", capacity=1)

    outcome = settled(create_deployment, trained)

    assert (outcome.result, outcome.code) == ("refused", "deployment_foreign")
    assert tuned(emulator) == [(trained.run, "gpt-4.1-mini-2025-04-14")]
    assert row(trained).deployment == ""


def test_failed_deployment_ends_the_run(trained: RunRef, emulator: Emulator) -> None:
    """A deployment that ends badly is a refusal with the service's reason."""
    model = {"name": row(trained).tuned_model, "format": "OpenAI", "version": "1"}
    properties = {
        "model": model,
        "provisioningState": "Failed",
        "error": {"message": "No capacity."},
    }
    body = {"name": trained.run, "properties": properties}
    emulator.control(
        "faults", {"method": "GET", "path": "*/deployments/*", "status": 200, "body": body}
    )

    outcome = call(create_deployment, trained)

    assert (outcome.result, outcome.code) == ("refused", "deployment_failed")
    assert "Failed: No capacity." in outcome.message


def test_cancelled_run_is_not_deployed(trained: RunRef, emulator: Emulator) -> None:
    """A request to cancel is seen before a deployment costs money."""
    intake.request_cancel(trained.run)

    assert call(create_deployment, trained).code == "cancelled"
    assert tuned(emulator) == []


def test_deletion_that_was_begun_is_ended_first(serving: RunRef, emulator: Emulator) -> None:
    """A version that is woken while it is retired is deployed anew, once the old one is gone."""
    change(serving, phase=Phase.ASLEEP, retiring=True, deployed="then")
    emulator.control("transitions", {"delete": "reads:3"})
    ref = waking.claim(serving.run, "a test asked").ref

    first = call(create_deployment, ref)

    assert (first.result, first.code) == ("wait", "deleting")
    assert settled(create_deployment, ref) == Outcome.done()
    assert only_deployment(emulator, ref)
    assert row(ref).deployed not in ("", "then")
    assert not row(ref).retiring


def test_deletion_is_left_to_who_began_it(
    serving: RunRef, emulator: Emulator, advance: Advance
) -> None:
    """While the one who began may still be at it, it is waited for; later it is taken over."""
    change(serving, phase=Phase.ASLEEP, retiring=True, retire_claim=iso(clock.now()))
    ref = waking.claim(serving.run, "a test asked").ref

    early = call(create_deployment, ref)
    still_there = tuned(emulator)
    advance(130)

    assert (early.result, early.code) == ("wait", "deleting")
    assert [name for name, _ in still_there] == [ref.run]
    assert settled(create_deployment, ref) == Outcome.done()
    assert only_deployment(emulator, ref)
    assert row(ref).retire_claim == ""


def test_model_that_the_service_lost(trained: RunRef, emulator: Emulator) -> None:
    """If the service has no such model any more, the refusal says so and what to do."""
    emulator.control("reset")

    outcome = settled(create_deployment, trained)

    assert (outcome.result, outcome.code) == ("refused", waking.MODEL_GONE)
    assert row(trained).tuned_model in outcome.message
    assert "travel.jsonl again" in outcome.hint
