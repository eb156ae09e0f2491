"""The host's own queue of blobs to work on, `azure-webjobs-blobtrigger-<host id>`."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.queue import QueueMessage

from local.functions_host.blobs.source import BlobMessage
from local.functions_host.clock import Clock
from local.functions_host.storage import Account

log = logging.getLogger("host")

POISON = "webjobs-blobtrigger-poison"
_HIDDEN_SECONDS = 60  # how long a message stays invisible to others while its function runs
_RENEW_SECONDS = 20


class WorkQueue:
    """Messages between the sources of blob triggers and the functions.

    A message is hidden while its function runs. What was hidden when the host was killed is shown
    again at the next start, from a small file, instead of after the time-out.
    """

    def __init__(self, account: Account, host_id: str, state: Path, clock: Clock) -> None:
        self._account = account
        self._name = f"azure-webjobs-blobtrigger-{host_id}"
        self._queue = account.queue(self._name)
        self._file = state / "blobs-in-work.json"
        self._hidden: dict[str, str] = {}
        self._clock = clock
        self._holds: dict[str, ExitStack] = {}
        self._left = ExitStack()
        self.arrived = asyncio.Event()

    async def open(self) -> None:
        """Make the queue, and show again what an earlier host left hidden.

        Virtual time stands still until everything that it left is taken.
        """
        self._left.enter_context(self._clock.busy())
        await self._account.ensure_queue(self._name)
        if self._file.is_file():
            for id_, receipt in json.loads(self._file.read_text()).items():
                with suppress(AzureError):  # shown already, or done after all
                    await self._queue.update_message(id_, receipt, visibility_timeout=0)
            self._file.unlink()

    async def put(self, message: BlobMessage) -> None:
        """Queue a message; virtual time stands still until it is done."""
        sent = await self._queue.send_message(message.to_json())
        hold = self._holds[str(sent.id)] = ExitStack()
        hold.enter_context(self._clock.busy())
        self.arrived.set()

    async def take(self, limit: int) -> list[QueueMessage]:
        """At most `limit` messages (and at most 32), hidden from now on."""
        self.arrived.clear()
        pages = self._queue.receive_messages(
            messages_per_page=min(limit, 32),
            max_messages=min(limit, 32),
            visibility_timeout=_HIDDEN_SECONDS,
        )
        messages = [message async for message in pages]
        self._remember(messages)
        if not messages:
            self._left.close()
        return messages

    @asynccontextmanager
    async def hide(self, message: QueueMessage) -> AsyncIterator[None]:
        """Keep the message hidden for as long as the block lasts."""
        with self._clock.busy():
            renewing = asyncio.create_task(self._renew(message))
            try:
                yield
            finally:
                # Neither done nor shown again: the host stops, and the next one finds it here.
                renewing.cancel()

    async def delete(self, message: QueueMessage) -> None:
        """Remove the message for good."""
        with suppress(ResourceNotFoundError):
            await self._queue.delete_message(message.id, message.pop_receipt)
        self._forget(message)
        if hold := self._holds.pop(message.id, None):
            hold.close()

    async def retry(self, message: QueueMessage) -> None:
        """Show the message again at once, for the next try."""
        with suppress(ResourceNotFoundError):
            await self._queue.update_message(message, visibility_timeout=0)
        self._forget(message)
        self.arrived.set()

    def _remember(self, messages: list[QueueMessage]) -> None:
        self._hidden.update({message.id: str(message.pop_receipt) for message in messages})
        if messages:
            self._save()

    def _forget(self, message: QueueMessage) -> None:
        self._hidden.pop(message.id, None)
        self._save()

    def _save(self) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._hidden))
        fresh.replace(self._file)

    async def _renew(self, message: QueueMessage) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            with suppress(AzureError):  # tried again before the message shows
                renewed = await self._queue.update_message(
                    message, visibility_timeout=_HIDDEN_SECONDS
                )
                message.pop_receipt = renewed.pop_receipt
                self._remember([message])


async def put_poison(account: Account, text: str) -> None:
    """Queue a message that failed too often, in the account of the blob."""
    await account.ensure_queue(POISON)
    await account.queue(POISON).send_message(text)
