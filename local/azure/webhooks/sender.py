"""Sends the events, in the background for as long as the emulator serves."""

import asyncio
import json
import logging
import time

import httpx

from .signature import signature_headers
from .state import Deliveries, Delivery

LOOK_EVERY = 0.2
FIRST_WAIT = 0.5
TIMEOUT = 10.0

log = logging.getLogger("local.azure")


class Sender:
    """Sends the events of finished jobs to one receiver: at least once, with growing waits."""

    def __init__(self, deliveries: Deliveries, url: str, secret: str) -> None:
        self._deliveries, self._url, self._secret = deliveries, url, secret
        self._not_before: dict[str, float] = {}

    async def run(self) -> None:
        """Looks for events and sends them until it is cancelled."""
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            while True:
                for delivery in self._deliveries.pending():
                    if self._not_before.get(delivery.id, 0.0) <= time.monotonic():
                        await self._try(client, delivery)
                await asyncio.sleep(LOOK_EVERY)

    async def _try(self, client: httpx.AsyncClient, delivery: Delivery) -> None:
        taken = await self._send(client, delivery)
        self._deliveries.record_try(delivery, taken=taken)
        wait = FIRST_WAIT * 2**delivery.tries
        self._not_before[delivery.id] = time.monotonic() + wait

    async def _send(self, client: httpx.AsyncClient, delivery: Delivery) -> bool:
        body = json.dumps(delivery.to_json()).encode()
        headers = signature_headers(self._secret, delivery.id, int(time.time()), body)
        try:
            answer = await client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            log.warning("webhook %s not delivered: %r", delivery.id, error)
            return False
        return answer.is_success
