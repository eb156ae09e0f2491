"""Starting a function by hand: POST /admin/functions/{name}."""

import asyncio
import logging
from typing import TYPE_CHECKING

from azure.functions.meta import Datum

from local.functions_host import logs
from local.functions_host.worker.functions import Function
from local.functions_host.worker.invocation import Failure, Invocation, Invoker

if TYPE_CHECKING:
    from local.functions_host.triggers import Triggers

log = logging.getLogger("host")


class ManualStart:
    """Runs timers, blob functions (the text is `container/name`) and activities (its input)."""

    def __init__(self, invoker: Invoker, triggers: "Triggers | None") -> None:
        self._invoker = invoker
        self._triggers = triggers
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, function: Function, text: str) -> bool:
        """Start it in the background; False if its trigger or the text does not allow that."""
        kind = function.trigger["type"]
        if function.is_disabled:
            return False
        if kind == "activityTrigger":
            self._spawn(function, text)
            return True
        if self._triggers and kind == "timerTrigger":
            self._triggers.fire(function)
            return True
        if self._triggers and kind == "blobTrigger":
            await self._triggers.run_blob(function, text)
            return True
        return False

    def _spawn(self, function: Function, text: str) -> None:
        task = asyncio.create_task(self._act(function, text))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _act(self, function: Function, text: str) -> None:
        inputs = {function.trigger["name"]: Datum(text, "string")}
        try:
            await self._invoker.convert(function, Invocation(inputs=inputs))
            log.info("activity %s by hand: ok", function.name)
        except Failure as failure:
            logs.log_failure(function.name, failure)
