"""Errors as callers get them: in OpenAI's form, whatever went wrong."""

import math

from fastapi import Response
from fastapi.responses import JSONResponse

from shared.errors import KeyRefusedError, ServiceError, TunedropError


def error_response(error: TunedropError) -> Response:
    """The response for an error, with the headers that tell a client when to retry."""
    headers = dict(error.headers) if isinstance(error, ServiceError) else {}
    if error.retry_after is not None and "retry-after" not in headers:
        headers["retry-after"] = str(math.ceil(error.retry_after))
    if isinstance(error, KeyRefusedError):
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(error.to_openai(), status_code=error.status, headers=headers)


def internal_error() -> TunedropError:
    """The error for an unexpected exception; it has no detail, which may be secret."""
    return TunedropError(
        "internal_error", "Internal error.", hint="The function app's log has the reason."
    )


def misconfigured() -> TunedropError:
    """The error for a setting that is wrong, to callers who need not know which."""
    return TunedropError(
        "setting",
        "The app is not configured.",
        hint="GET health/details, with a function key, names what is wrong.",
    )
