"""Hints: the external events that let a run's orchestration look sooner (design §3).

The registry has the truth, so a hint that is lost or comes twice changes nothing.
"""

import logging
from typing import Any

from orchestrators import client as starting
from orchestrators import waking
from orchestrators.steps import nested_id
from shared.registry import Version

log = logging.getLogger("tunedrop.doors")
_ALIVE = frozenset({"Pending", "Running", "Suspended", "ContinuedAsNew"})


async def alive(client: Any, version: Version) -> dict[str, dict[str, object]]:
    """Custom status by instance id, of the living orchestrations of a run."""
    own = (waking if version.waking else starting).instance(version.ref)
    instances = (own, nested_id("deploy", version.run))
    answers = [await client.get_status(instance) for instance in instances]
    return {
        instance: answer.custom_status if isinstance(answer.custom_status, dict) else {}
        for instance, answer in zip(instances, answers, strict=True)
        if answer and answer.runtime_status and answer.runtime_status.value in _ALIVE
    }


async def look_now(client: Any, version: Version) -> None:
    """Let whoever works on a run look at its row; a run that nobody works on is begun again."""
    for instance, custom_status in (await revived(client, version)).items():
        await _raise(client, instance, custom_status)


async def revived(client: Any, version: Version) -> dict[str, dict[str, object]]:
    """Begin again a run that is under way and that nobody works on; what `alive` found before.

    Nobody would read its row, and a run without an orchestration never ends.
    """
    found = await alive(client, version)
    if not found:
        start = waking.start if version.waking else starting.begin
        await start(client, version.ref)
    return found


async def _raise(client: Any, instance: str, custom_status: dict[str, object]) -> None:
    name = custom_status.get("hint")
    if not isinstance(name, str) or not name:
        return
    try:
        await client.raise_event(instance, name, {})
    except Exception:
        # It ended meanwhile; what it was to see is in the registry.
        log.info("%s took no hint", instance, exc_info=True)
