"""Callers who disconnect before the response: the worker does not cancel, so the app must."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.types import Receive

from shared.errors import RequestError

Answer = TypeVar("Answer")
CLIENT_CLOSED_REQUEST = 499  # what nginx logs for it; nobody reads the response


async def cancel_on_disconnect(receive: Receive, work: Coroutine[Any, Any, Answer]) -> Answer:
    """The result of `work`, which is cancelled at once if the caller disconnects meanwhile.

    Args:
        receive: The request's channel; its body must have been read.
        work: What the caller waits for. It runs in the current task.

    Raises:
        RequestError: 499, if the caller disconnected.
    """
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("only a task can be cancelled")
    cancelling = task.cancelling()
    watcher = asyncio.ensure_future(_cancel(task, receive))
    try:
        return await work
    except asyncio.CancelledError:
        # As in asyncio.timeout: a cancellation from elsewhere at the same time goes on.
        if not watcher.done() or task.cancelling() - 1 > cancelling:
            raise
        raise RequestError(
            "client_closed_request",
            "The caller disconnected before the response.",
            status=CLIENT_CLOSED_REQUEST,
        ) from None
    finally:
        if watcher.done():
            task.uncancel()
        watcher.cancel()


async def _cancel(task: "asyncio.Task[Any]", receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    task.cancel()
