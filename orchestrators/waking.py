"""Starting a waking: once, however many ask, on however many instances."""

import asyncio
from typing import Any

from orchestrators import client as starting
from shared.errors import AsleepError
from shared.registry import Version
from shared.runs.orchestration import Journey, RunRef, Waits
from shared.settings import settings

KEPT = 256
_started: set[RunRef] = set()


async def begin(client: Any, run: str, why: str) -> Version:
    """Wake a version, unless it answers or somebody wakes it already.

    Safe to repeat and to run at the same moment: one conditional write decides who begins, and a
    waking whose beginner died before its orchestration was there is started by the next asker.

    Args:
        client: A durable client.
        run: The version's run.
        why: Who asks, for the timeline.

    Returns:
        Its row; `waking` is empty if it answers.

    Raises:
        NotFoundError: if there is no such run.
        RequestError: 409 `not_wakeable`, if it has nothing to wake.
    """
    version = await asyncio.to_thread(_claimed, run, why)
    if version.waking:
        await start(client, version.ref)
    return version


async def by_chat(client: Any, asleep: AsleepError, asked: str) -> AsleepError:
    """Wake the version that a chat asked for, if it may be woken, and say so.

    An orchestration is started at most once by each process: many chats may come meanwhile.

    Returns:
        The error for a caller who does not wait.
    """
    from shared.chat.availability import approval_error

    if not asleep.waking and not asleep.wakeable:
        return asleep
    version = await asyncio.to_thread(_claimed, asleep.run, f"a chat asked for {asked}")
    if version.waking and version.ref not in _started:
        await start(client, version.ref)
        if len(_started) >= KEPT:
            _started.clear()
        _started.add(version.ref)
    if version.unapproved:
        return approval_error(asked, version)
    if not asleep.waking:
        asleep.waking = True
        asleep.message += " It is being woken now."
        asleep.hint = 'Try again in a few minutes, or send "wait": true to wait for the answer.'
    return asleep


def _claimed(run: str, why: str) -> Version:
    from shared.admission import approval
    from shared.deployments import wake

    version = wake.claim(run, why)
    return approval.held(version) if version.waking else version


async def start(client: Any, ref: RunRef) -> bool:
    """Start `wake` for a version whose row says that it wakes; False if it is at work already."""
    journey = Journey(ref=ref, waits=Waits.of(settings()))
    return await starting.start(client, "wake", instance(ref), journey)


def instance(ref: RunRef) -> str:
    """The id of the orchestration that wakes a run in this attempt."""
    return f"{ref.run}-wake-{ref.attempt}"
