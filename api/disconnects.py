"""Callers who leave before they are answered: the worker does not tell, so doors must ask."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from shared.errors import RequestError

Answer = TypeVar("Answer")
LEFT = 499  # what nginx logs for it; nobody reads the answer


async def unless_left(request: Request, work: Coroutine[Any, Any, Answer]) -> Answer:
    """The result of `work`, which is cancelled at once if the caller leaves meanwhile.

    The body of the request must have been read.

    Raises:
        RequestError: 499, if the caller left.
    """
    task = asyncio.ensure_future(work)
    left = asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait((task, left), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise RequestError("caller_left", "The caller left before the answer.", status=LEFT)
    finally:
        left.cancel()
        task.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
