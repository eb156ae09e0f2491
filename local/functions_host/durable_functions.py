"""The app's orchestrators and activities in the form that the Durable engine calls them."""

import logging
import time
from collections.abc import Collection

from azure.functions.meta import Datum

from local.functions_host.durable.functions import FunctionError
from local.functions_host.worker.functions import Function, FunctionTable
from local.functions_host.worker.invocation import Failure, Invocation, Invoker

log = logging.getLogger("host")


class DurableFunctions:
    """Implements the engine's Functions protocol over the invoker. Names ignore case."""

    def __init__(self, table: FunctionTable, invoker: Invoker) -> None:
        self._orchestrators = _by_name(table.triggered_by("orchestrationTrigger"))
        self._activities = _by_name(table.triggered_by("activityTrigger"))
        self._invoker = invoker

    def orchestrators(self) -> Collection[str]:
        """Names of the orchestrator functions."""
        return [function.durable_name for function in self._orchestrators.values()]

    def activities(self) -> Collection[str]:
        """Names under which activities can be called."""
        return [function.durable_name for function in self._activities.values()]

    async def orchestrate(self, name: str, context_json: str) -> str:
        """Run one episode in the pool; the SDK's answer, JSON text.

        Raises:
            FunctionError: the orchestrator raised; the message carries the SDK's state.
        """
        return await self._run(self._orchestrators[name.lower()], context_json) or ""

    async def act(self, name: str, input_json: str | None) -> str | None:
        """Run one activity with the JSON text that the orchestrator gave; its result, JSON text.

        Raises:
            FunctionError: it raised, or its result is no JSON.
        """
        # No input at all arrives as null, which is what the SDK sends for None.
        text = "null" if input_json is None else input_json
        began, outcome = time.monotonic(), "ok"
        try:
            return await self._run(self._activities[name.lower()], text)
        except FunctionError as failure:
            outcome = f"failed: {failure.message}"
            raise
        finally:
            log.info("activity %s: %s, %.0f ms", name, outcome, (time.monotonic() - began) * 1000)

    async def _run(self, function: Function, text: str) -> str | None:
        inputs = {function.trigger["name"]: Datum(text, "string")}
        try:
            result = await self._invoker.convert(function, Invocation(inputs=inputs))
        except Failure as failure:
            raise FunctionError(failure.message, failure.stack) from failure
        return result.value if isinstance(result.value, str) else None


def _by_name(functions: list[Function]) -> dict[str, Function]:
    return {function.durable_name.lower(): function for function in functions}
