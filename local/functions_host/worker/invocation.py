"""Calling a function: arguments in, result out, in a thread or on the loop, within the time-out."""

import asyncio
import contextvars
import logging
import os
import time
import traceback
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from azure.functions.meta import Datum

from local.functions_host.errors import describe_error
from local.functions_host.worker import converters
from local.functions_host.worker.context import Context, running, thread_local
from local.functions_host.worker.functions import Function

log = logging.getLogger("host")


class Failure(Exception):  # noqa: N818 - what happened to it, not a fault of the host
    """A function raised, or its result has no form on the wire.

    `message` is `Type: text`, as the worker reports it; `stack` the whole traceback, with chained
    exceptions; `error` is the exception itself.
    """

    def __init__(self, error: BaseException) -> None:
        self.message = describe_error(error)
        self.stack = "".join(traceback.format_exception(error))
        self.error = error
        super().__init__(self.message)


@dataclass(frozen=True)
class Invocation:
    """What one call is made of.

    `inputs` are values as the host would send them, `objects` arguments that need no conversion
    (the HTTP request of a FastAPI-type function), `metadata` the trigger's.
    """

    inputs: Mapping[str, Datum] = field(default_factory=dict)
    objects: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, Datum] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class Invoker:
    """Runs functions as the worker does: coroutines on the loop, all others in one thread pool."""

    def __init__(
        self,
        client_binding: Callable[[], str],
        timeout: timedelta | None = None,
        threads: int | None = None,
    ) -> None:
        """Prepare the pool.

        Args:
            client_binding: gives the text that a durableClient binding hands to the SDK.
            timeout: host.json's functionTimeout; None = no limit.
            threads: size of the pool; None = PYTHON_THREADPOOL_THREAD_COUNT, or the worker's
                default of cores + 4, at most 32.
        """
        self.threads = threads or thread_count()
        self._client_binding = client_binding
        self._timeout = timeout
        self._pool = ThreadPoolExecutor(self.threads, thread_name_prefix="function")

    async def call(self, function: Function, invocation: Invocation) -> Any:
        """The function's own return value, unconverted.

        Raises:
            Failure: it raised, timed out, or returned a value where none is allowed.
        """
        token = running.set(function.name)
        try:
            arguments = self._arguments(function, invocation)
            async with self.within_timeout(function):
                result = await self._run(function, arguments, invocation.id)
            return _check_result(function, result)
        except SystemExit as error:
            self._end_worker(function, error)
        except Exception as error:
            raise Failure(error) from error
        finally:
            running.reset(token)

    async def convert(self, function: Function, invocation: Invocation) -> Datum:
        """The function's result as the worker would send it to the host.

        Raises:
            Failure: as `call`, or the result cannot be converted.
        """
        result = await self.call(function, invocation)
        declared = function.signature.result
        if declared is None:
            return Datum(None, None)
        try:
            return converters.encode(declared.binding, result, declared.annotation)
        except Exception as error:
            raise Failure(error) from error

    @asynccontextmanager
    async def within_timeout(self, function: Function) -> AsyncIterator[None]:
        """End the block when it has taken as long as the app's functions may.

        Raises:
            TimeoutError: with the host's words; one of the function's own passes as it is.
        """
        limit = self._timeout.total_seconds() if self._timeout else None
        began = time.monotonic()
        try:
            async with asyncio.timeout(limit):
                yield
        except TimeoutError as error:
            if limit is None or time.monotonic() - began < limit:
                raise
            raise TimeoutError(_timeout_text(function, self._timeout)) from error

    async def close(self) -> None:
        """Let no further call begin; functions that are running are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _arguments(self, function: Function, invocation: Invocation) -> dict[str, Any]:
        arguments: dict[str, Any] = dict(invocation.objects)
        inputs = dict(invocation.inputs)
        for name in function.clients:
            inputs[name] = Datum(self._client_binding(), "string")
        for name, data in inputs.items():
            parameter = function.signature.inputs[name]
            arguments[name] = converters.decode(
                parameter.binding,
                data,
                invocation.metadata if converters.is_trigger(parameter.binding) else None,
                sdk_type=parameter.annotation if parameter.sdk_type else None,
            )
        if function.signature.wants_context:
            folder = str(function.directory)
            arguments["context"] = Context(invocation.id, function.name, folder)
        return arguments

    async def _run(self, function: Function, arguments: dict[str, Any], invocation_id: str) -> Any:
        if function.signature.is_async:
            thread_local.invocation_id = invocation_id
            return await function.call(**arguments)

        def in_thread() -> Any:
            thread_local.invocation_id = invocation_id
            return function.call(**arguments)

        scope = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, scope.run, in_thread)

    def _end_worker(self, function: Function, error: SystemExit) -> None:
        log.error(
            "%s called sys.exit(%s): in Azure that ends the worker and all that runs in it, so it "
            "ends this host. Raise an exception instead.",
            function.name,
            error.code,
        )
        logging.shutdown()
        os._exit(4)


def _check_result(function: Function, result: Any) -> Any:
    if result is not None and function.signature.result is None:
        # Two arguments, and two words run together: the worker's text is this tuple.
        raise RuntimeError(
            "function %s without a $return bindingreturned a non-None value", repr(function.name)
        )
    return result


def thread_count() -> int:
    """The size of the worker's pool for synchronous functions, orchestrators among them.

    A value that is no whole number of at least 1 counts as none, as on the worker.
    """
    text = os.environ.get("PYTHON_THREADPOOL_THREAD_COUNT", "")
    if text.isdigit() and int(text) >= 1:
        return int(text)
    return min(32, (os.cpu_count() or 1) + 4)


def _timeout_text(function: Function, limit: timedelta | None) -> str:
    return (
        f"Timeout value of {limit} exceeded by function 'Functions.{function.name}'. Azure would "
        "now restart the worker and everything in it; see functionTimeout in host.json."
    )
