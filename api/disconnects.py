"""Callers who disconnect before the response: the worker does not cancel, so the app must."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from shared.errors import RequestError

Answer = TypeVar("Answer")
CLIENT_CLOSED_REQUEST = 499  # what nginx logs for it; nobody reads the response


async def cancel_on_disconnect(request: Request, work: Coroutine[Any, Any, Answer]) -> Answer:
    """The result of `work`, which is cancelled at once if the caller disconnects meanwhile.

    Args:
        request: Its body must have been read.
        work: What the caller waits for.

    Raises:
        RequestError: 499, if the caller disconnected.
    """
    task = asyncio.ensure_future(work)
    disconnect = asyncio.ensure_future(_disconnect(request))
    try:
        await asyncio.wait((task, disconnect), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise RequestError(
            "client_closed_request",
            "The caller disconnected before the response.",
            status=CLIENT_CLOSED_REQUEST,
        )
    finally:
        disconnect.cancel()
        task.cancel()


async def _disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
