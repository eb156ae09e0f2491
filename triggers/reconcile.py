"""What was left undone, taken up once a day: nobody has to ask twice for what was written down.

Every step is what its door does, and safe to repeat. A caller whose request died with the process
may have asked again already.
"""

import asyncio
import logging
from typing import Any

from api.endpoints import deletion, versions
from orchestrators import client as starting
from orchestrators import hints
from shared.datasets.names import CONTAINER
from shared.errors import RequestError, TunedropError
from shared.registry import Model, registry

log = logging.getLogger("tunedrop.doors")


async def taken_up(client: Any) -> None:
    """Go on with deletions, wishes for a version, runs that nobody works on, and lost drops.

    Args:
        client: A durable client.
    """
    for model in await asyncio.to_thread(registry().models):
        try:
            await _model(client, model)
        except TunedropError as error:
            log.warning("%s is left as it is until tomorrow: %s", model.model, error)
    for version in await asyncio.to_thread(registry().underway):
        if not await hints.revived(client, version):
            log.warning("%s was %s and nobody worked on it", version.run, version.phase)
    await _missed(client)


async def _missed(client: Any) -> None:
    from shared.runs import intake

    for blob in await asyncio.to_thread(intake.missed):
        try:
            message = await starting.receive(client, CONTAINER, blob)
        except TunedropError as error:
            message = f"{blob} is left as it is until tomorrow: {error}"
        log.warning("%s lay there without a run. %s", blob, message)


async def _model(client: Any, model: Model) -> None:
    from shared.versions import promotion

    if model.deleting:
        await deletion.start(client, model.model)
        return
    await asyncio.to_thread(promotion.settle, model.model)
    if not model.wanted:
        return
    try:
        await versions.put_in_front(client, model.model, model.wanted, "a wish of before")
    except RequestError as error:
        # It was deleted, or can never serve: a wish that stays would be tried for ever.
        log.warning("the wish for %s is given up: %s", model.wanted, error)
        await asyncio.to_thread(promotion.give_up, model.model, model.wanted)
