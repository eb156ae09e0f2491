"""Starting orchestrations: once, whoever else tries at the same moment."""

import asyncio
from typing import Any

from shared.datasets.names import CONTAINER
from shared.payload import Payload
from shared.runs.orchestration import Journey, RunRef, Waits
from shared.settings import settings


async def receive(client: Any, container: str, blob: str) -> str:
    """Begin the run of a dropped blob.

    Args:
        client: A durable client.
        container: Where the blob lies. The Event Grid source checks no path, so others may come.
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
    if await begin(client, received.ref):
        return received.message
    return f"{received.message} (somebody else started {received.ref.run} at the same moment)"


async def begin(client: Any, ref: RunRef) -> bool:
    """Start `fine_tune` for a run; False if it is at work already."""
    journey = Journey(ref=ref, waits=Waits.of(settings()))
    return await start(client, "fine_tune", instance(ref), journey)


def instance(ref: RunRef) -> str:
    """The id of the orchestration of a run in this try: the run's own id in the first.

    A later try has one of its own, because the orchestration that closed the try before may be
    alive for a moment after the row says so; under its id nothing could be started.
    """
    return ref.run if ref.attempt == 1 else f"{ref.run}-{ref.attempt}"


async def start(client: Any, orchestrator: str, instance: str, payload: Payload) -> bool:
    """Start an orchestration; False if an instance with that id is at work already."""
    try:
        await client.start_new(orchestrator, instance, payload.to_dict())
    except Exception as error:
        # The SDK raises a bare Exception with the body of the host's 409 in it.
        if "already exists" in str(error):
            return False
        raise
    return True
