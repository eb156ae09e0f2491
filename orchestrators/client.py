"""Everything that orchestrations get from outside: instance ids, starts, and signals.

The registry has the truth, and every start and signal is safe to repeat: one conditional write
decides who acts, an instance id admits one orchestration at a time, and a signal that is lost or
comes twice only changes when an orchestration polls next.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shared.datasets.names import CONTAINER
from shared.errors import AsleepError
from shared.registry import Run
from shared.runs.orchestration import OrchestrationState, PollPolicy, RunRef
from shared.settings import settings

if TYPE_CHECKING:
    from shared.versions.rollback import SwitchResult

log = logging.getLogger("tunedrop.client")

RETIRE_INSTANCE = "retire"
_ACTIVE = frozenset({"Pending", "Running", "Suspended", "ContinuedAsNew"})
_STARTED_LIMIT = 256
_started_wakes: set[RunRef] = set()


# Instance ids


def fine_tune_instance(ref: RunRef) -> str:
    """The id of `fine_tune` for a run in this attempt: the run's own id in the first.

    A later attempt has one of its own, because the orchestration that closed the attempt before may
    still be active after the row says so; under its id nothing could be started.
    """
    return ref.run if ref.attempt == 1 else f"{ref.run}-{ref.attempt}"


def wake_instance(ref: RunRef) -> str:
    """The id of `wake` for a run in this attempt."""
    return f"{ref.run}-wake-{ref.attempt}"


def deploy_instance(run: str) -> str:
    """The id of a run's sub-orchestration `deploy`."""
    return f"{run}-deploy"


def delete_instance(model: str) -> str:
    """The id of `delete` for a model."""
    return f"{model}-delete"


# Starts


async def receive_dataset(client: Any, container: str, blob: str) -> str:
    """Start the run of a dropped dataset.

    Args:
        client: A durable client.
        container: Of the blob. The Event Grid source checks no path, so others may come.
        blob: Its name.

    Returns:
        One line that says what happened.
    """
    from shared.runs import intake

    if container != CONTAINER:
        return f"{container}/{blob} is outside of {CONTAINER}: nothing started"
    received = await asyncio.to_thread(intake.receive, blob)
    if not received.start or received.ref is None:
        return received.message
    if await start_fine_tune(client, received.ref):
        return received.message
    return f"{received.message} (somebody else started {received.ref.run} at the same time)"


async def start_fine_tune(client: Any, ref: RunRef) -> bool:
    """Start `fine_tune` for a run; False if it is active already."""
    return await _start(client, "fine_tune", fine_tune_instance(ref), ref)


async def start_wake(client: Any, ref: RunRef) -> bool:
    """Start `wake` for a version whose row says that it wakes; False if it is active already."""
    return await _start(client, "wake", wake_instance(ref), ref)


async def start_delete(client: Any, model: str) -> bool:
    """Start `delete` for a model that is marked; False if it is active already."""
    return await _start(client, "delete", delete_instance(model), RunRef(run="", model=model))


async def start_retire(client: Any) -> bool:
    """Start the daily check of deployments; False if the last one is active still."""
    return await _start(client, "retire", RETIRE_INSTANCE, RunRef(run="", model=""))


async def _start(client: Any, orchestrator: str, instance: str, ref: RunRef) -> bool:
    state = OrchestrationState(ref=ref, policy=PollPolicy.from_settings(settings()))
    try:
        await client.start_new(orchestrator, instance, state.to_dict())
    except Exception as error:
        # The SDK raises a bare Exception with the body of the host's 409 in it.
        if "already exists" in str(error):
            return False
        raise
    return True


# Waking and switching versions


async def wake_version(client: Any, run_id: str, why: str) -> Run:
    """Wake a version, unless it answers or is waking already.

    A wake whose claimant died before its orchestration was there is started by the next caller.

    Args:
        client: A durable client.
        run_id: The version's run.
        why: Who asks, for the timeline.

    Returns:
        Its row; `waking` is empty if it answers.

    Raises:
        NotFoundError: if there is no such run.
        RequestError: 409 `not_wakeable`, if it has nothing to wake.
    """
    run = await asyncio.to_thread(_claim_wake, run_id, why)
    if run.deployment.waking_since:
        await start_wake(client, run.ref)
    return run


async def wake_for_chat(client: Any, asleep: AsleepError, asked: str) -> AsleepError:
    """Wake the version that a chat asked for, if it may be woken, and say so.

    Each process starts an orchestration at most once: many chats may come meanwhile.

    Returns:
        The error for a caller who does not wait.
    """
    from shared.chat.availability import approval_error

    if not asleep.waking and not asleep.wakeable:
        return asleep
    run = await asyncio.to_thread(_claim_wake, asleep.run, f"a chat asked for {asked}")
    if run.deployment.waking_since and run.ref not in _started_wakes:
        await start_wake(client, run.ref)
        if len(_started_wakes) >= _STARTED_LIMIT:
            _started_wakes.clear()
        _started_wakes.add(run.ref)
    if run.awaits_approval:
        return approval_error(asked, run)
    if not asleep.waking:
        asleep.waking = True
        asleep.message += " It is being woken now."
        asleep.hint = 'Try again in a few minutes, or send "wait": true to wait for the answer.'
    return asleep


def _claim_wake(run_id: str, why: str) -> Run:
    from shared.admission import approval
    from shared.deployments import wake

    run = wake.claim(run_id, why)
    return approval.mark_waiting(run) if run.deployment.waking_since else run


async def switch_version(
    client: Any, choose: "Callable[[], SwitchResult]", why: str
) -> "SwitchResult":
    """Let a model's name point to another version, which is woken first if it sleeps.

    Args:
        client: A durable client.
        choose: Decides and switches what can be switched now (`shared.versions.rollback`).
        why: Who wants that, for the timeline of a version that is woken.

    Returns:
        What `choose` decided; its message also says what a version that is woken waits for.
    """
    found = await asyncio.to_thread(choose)
    if not found.asleep:
        return found
    run = await wake_version(client, found.run.id, why)
    if run.awaits_approval:
        found = replace(found, message=f"{found.message} {run.waiting}")
    # If it woke at this very time, nobody is left who would switch to it.
    return await asyncio.to_thread(choose) if run.answers else found


# Status and signals


async def active_instances(client: Any, run: Run) -> dict[str, dict[str, object]]:
    """Custom status by instance id, of a run's active orchestrations; `deploy` comes last."""
    own = (wake_instance if run.deployment.waking_since else fine_tune_instance)(run.ref)
    instances = (own, deploy_instance(run.id))
    answers = [await client.get_status(instance) for instance in instances]
    return {
        instance: answer.custom_status if isinstance(answer.custom_status, dict) else {}
        for instance, answer in zip(instances, answers, strict=True)
        if answer and answer.runtime_status and answer.runtime_status.value in _ACTIVE
    }


async def ensure_active(client: Any, run: Run) -> dict[str, dict[str, object]]:
    """Start a run that is under way and has no active orchestration.

    Nobody would read its row, and a run without an orchestration never ends.

    Returns:
        What `active_instances` found before: empty if it was started now.
    """
    found = await active_instances(client, run)
    if not found:
        start = start_wake if run.deployment.waking_since else start_fine_tune
        await start(client, run.ref)
    return found


async def poll_now(client: Any, run: Run) -> None:
    """Let a run's orchestrations poll now, because its row has changed or its job has ended.

    A run that has no active orchestration is started.
    """
    for instance, custom_status in (await ensure_active(client, run)).items():
        await _raise_event(client, instance, custom_status.get("event"))


async def deletion_status(client: Any, model: str) -> str | None:
    """What the deletion of a model waits for; None if for nothing, or if it is not active."""
    status = await client.get_status(delete_instance(model))
    custom_status = status.custom_status if status else None
    return custom_status.get("waiting") or None if isinstance(custom_status, dict) else None


async def _raise_event(client: Any, instance: str, name: object) -> None:
    if not isinstance(name, str) or not name:
        return
    try:
        await client.raise_event(instance, name, {})
    except Exception:
        # It ended meanwhile; what it was to see is in the registry.
        log.info("%s took no event", instance, exc_info=True)
