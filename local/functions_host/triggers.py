"""What starts functions without a caller: the blob and timer triggers of an app."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from azure.core.exceptions import AzureError, ResourceNotFoundError

from local.functions_host import settings
from local.functions_host.blobs.event_grid import EventGridWebhook
from local.functions_host.blobs.receipts import Receipts
from local.functions_host.blobs.runner import BlobRunner
from local.functions_host.blobs.scanner import Scanner
from local.functions_host.blobs.source import BlobPattern, BlobSource
from local.functions_host.blobs.work_queue import WorkQueue
from local.functions_host.clock import Clock
from local.functions_host.errors import StartError
from local.functions_host.host_json import HostJson
from local.functions_host.storage import Account, first_line
from local.functions_host.timers.schedule import parse
from local.functions_host.timers.status import StatusRecord
from local.functions_host.timers.trigger import TimerTrigger
from local.functions_host.worker.functions import Function, FunctionTable
from local.functions_host.worker.invocation import Invoker

log = logging.getLogger("host")


class Triggers:
    """All listeners of an app. Made before the host serves, started when it does."""

    def __init__(
        self,
        functions: FunctionTable,
        config: HostJson,
        invoker: Invoker,
        clock: Clock,
        state: Path,
        host_id: str,
        interval: float,
    ) -> None:
        """Read the triggers' settings.

        Raises:
            StartError: a path, a schedule or a connection cannot be used.
        """
        self._accounts: dict[str, Account] = {}
        self._host_id = host_id
        self._invoker = invoker
        self._clock = clock
        self._tasks: list[asyncio.Task[None]] = []
        host = self._account(None)
        self._receipts = Receipts(host, host_id)
        self._queue = WorkQueue(host, host_id, state, clock)
        self._timers = {f.name: self._timer(f) for f in functions.triggered_by("timerTrigger")}
        sources = [self._source(f) for f in functions.triggered_by("blobTrigger")]
        self.sources = {source.function.listener: source for source in sources}
        self.webhook = EventGridWebhook(self.sources, self._queue)
        self._scanners = self._scan(interval)
        self._runner = BlobRunner(
            self.sources,
            self._queue,
            self._receipts,
            invoker,
            config.blob_parallelism,
            config.poison_threshold,
            interval,
        )

    async def start(self) -> None:
        """Begin to listen.

        Raises:
            StartError: the storage account does not work.
        """
        if self.sources:
            await self._open_queue()
            self._spawn(self._runner.run())
        for scanner in self._scanners:
            self._spawn(scanner.run())
        for timer in self._timers.values():
            self._spawn(timer.run())

    async def _open_queue(self) -> None:
        try:
            await self._queue.open()
        except AzureError as error:
            raise StartError(
                f"The storage account in {settings.STORAGE} does not work: {first_line(error)}. "
                "Is Azurite running, with its queue service, at the ports of --storage?"
            ) from error

    async def stop(self) -> None:
        """Stop listening; messages in work come back at the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for account in self._accounts.values():
            await account.close()

    async def start_by_hand(self, function: Function, text: str) -> bool:
        """Run a timer function, or a blob function for `text`, its `container/name`; else False."""
        if timer := self._timers.get(function.name):
            self._spawn(timer.start())
        elif source := self.sources.get(function.listener):
            await self._queue_blob(source, text)
        else:
            return False
        return True

    async def _queue_blob(self, source: BlobSource, path: str) -> None:
        container, _, name = path.strip("/").partition("/")
        try:
            found = await source.account.blob(container, name).get_blob_properties()
        except ResourceNotFoundError:
            log.warning("%s: there is no blob %r to run it for", source.function.name, path)
            return
        etag, kind = found.etag.strip('"'), str(found.blob_type.value)
        await self._queue.put(source.message(name, etag, kind, container))

    def _account(self, connection: str | None) -> Account:
        text = settings.connection_string(connection)
        if text not in self._accounts:
            try:
                self._accounts[text] = Account(text)
            except ValueError as error:
                name = connection or settings.STORAGE
                raise StartError(f"{name} is no connection string: {error}") from error
        return self._accounts[text]

    def _timer(self, function: Function) -> TimerTrigger:
        trigger = function.trigger
        text = settings.resolve(str(trigger["schedule"]))
        try:
            schedule = parse(text)
            schedule.after(self._clock.now())
        except ValueError as error:
            raise StartError(f"The '{function.name}' function is in error: {error}.") from error
        monitored = trigger.get("useMonitor", True) and schedule.is_monitored
        record = StatusRecord(self._account(None), self._host_id, function.listener)
        return TimerTrigger(
            function, schedule, record if monitored else None, self._invoker, self._clock
        )

    def _source(self, function: Function) -> BlobSource:
        trigger = function.trigger
        connection = trigger.get("connection") or settings.STORAGE
        try:
            pattern = BlobPattern(settings.resolve(str(trigger["path"])))
        except ValueError as error:
            raise StartError(f"The '{function.name}' function is in error: {error}.") from error
        return BlobSource(
            function=function,
            pattern=pattern,
            connection=connection,
            account=self._account(connection),
            event_grid=str(trigger.get("source", "")).lower() == "eventgrid",
        )

    def _scan(self, interval: float) -> list[Scanner]:
        places: dict[tuple[int, str], list[BlobSource]] = defaultdict(list)
        for source in self.sources.values():
            if not source.event_grid:
                places[id(source.account), source.pattern.container].append(source)
        return [
            Scanner(sources, self._receipts, self._queue, interval) for sources in places.values()
        ]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(_report)
        self._tasks.append(task)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a trigger ended: %s", task.exception(), exc_info=task.exception())
