"""Resume, in the daily round, what a crash or a lost event left: nobody has to ask twice.

Each step is what the endpoint or the blob trigger does, and safe to repeat. A caller whose request
was lost with the process may have asked again already.
"""

import asyncio
import logging
from functools import partial
from typing import Any

from orchestrators import client as orchestrations
from shared.datasets.names import CONTAINER
from shared.errors import RequestError, TunedropError
from shared.registry import Model, registry

log = logging.getLogger("tunedrop.triggers")


async def reconcile(client: Any) -> None:
    """Resume deletions, requested version switches, runs without orchestration, and lost drops.

    Base deployments that a comparison left behind are deleted.

    Args:
        client: A durable client.
    """
    for model in await asyncio.to_thread(registry().models):
        try:
            await _reconcile_model(client, model)
        except TunedropError as error:
            log.warning("%s is left as it is until tomorrow: %s", model.model, error)
    from shared.deployments.base import delete_leftover_base

    for run in await asyncio.to_thread(registry().runs):
        if run.resting and run.evaluation.base_deployment:
            await asyncio.to_thread(delete_leftover_base, run.id)
    for run in await asyncio.to_thread(registry().active_runs):
        if not await orchestrations.ensure_active(client, run):
            log.warning("%s was %s without an orchestration", run.id, run.phase)
    await _receive_missed_datasets(client)


async def _receive_missed_datasets(client: Any) -> None:
    from shared.runs import intake

    for blob in await asyncio.to_thread(intake.find_missed_datasets):
        try:
            message = await orchestrations.receive_dataset(client, CONTAINER, blob)
        except TunedropError as error:
            message = f"{blob} is left as it is until tomorrow: {error}"
        log.warning("%s had no run. %s", blob, message)


async def _reconcile_model(client: Any, model: Model) -> None:
    from shared.versions import promotion, rollback

    if model.deleting:
        await orchestrations.start_delete(client, model.model)
        return
    await asyncio.to_thread(promotion.settle, model.model)
    if not model.wanted:
        return
    promote = partial(rollback.promote, model.model, model.wanted)
    try:
        await orchestrations.switch_version(client, promote, "an earlier request")
    except RequestError as error:
        # It was deleted, or can never serve: a request that stays would be tried for ever.
        log.warning("the request for %s is given up: %s", model.wanted, error)
        await asyncio.to_thread(promotion.withdraw_request, model.model, model.wanted)
