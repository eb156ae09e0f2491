"""The outermost layer of every HTTP function: any error reaches the caller in OpenAI's form.

The worker would answer an exception with a bare "Internal Server Error".
"""

import logging
import math
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from shared.errors import KeyRefusedError, ServiceError, TunedropError

log = logging.getLogger("tunedrop.doors")

Door = Callable[..., Awaitable[Response]]


def door(function: Door) -> Door:
    """Answer `TunedropError`s with their status, all others with 500 and no detail.

    `functools.wraps` keeps the annotations, which the worker checks when it loads the function.
    """

    @wraps(function)
    async def guarded(*args: Any, **kwargs: Any) -> Response:
        try:
            return await function(*args, **kwargs)
        except TunedropError as error:
            if error.status >= 500:
                log.error("%s: %s: %s", function.__name__, error.code, error)
            return refusal(error)
        except Exception:
            log.exception("%s failed", function.__name__)
            return refusal(unexpected())

    return guarded


def refusal(error: TunedropError) -> Response:
    """The answer for an error, with the headers that tell a client when to come again."""
    headers = dict(error.headers) if isinstance(error, ServiceError) else {}
    if error.retry_after is not None and "retry-after" not in headers:
        headers["retry-after"] = str(math.ceil(error.retry_after))
    if isinstance(error, KeyRefusedError):
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(error.to_openai(), status_code=error.status, headers=headers)


def unexpected() -> TunedropError:
    """What a caller learns of a bug: nothing but where to look."""
    return TunedropError(
        "internal_error", "Internal error.", hint="The function app's log has the reason."
    )
