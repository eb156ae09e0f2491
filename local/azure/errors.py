"""What the service says when it refuses, in the three shapes that its APIs use."""

from collections.abc import Mapping
from typing import Any


class ServiceError(Exception):
    """A refusal with the HTTP status, code and text of the real service."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.param = param
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    def body(self, *, v1: bool) -> dict[str, Any]:
        """The JSON body: `v1` adds `type` and `param`, the other APIs have code and message."""
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if v1:
            error |= {"type": "error"} | ({"param": self.param} if self.param else {})
        elif self.param:
            error["target"] = self.param
        return {"error": error | self.extra}


def invalid(message: str, param: str | None = None) -> ServiceError:
    """400 for a body or a parameter that cannot be understood."""
    return ServiceError(400, "invalidPayload", message, param=param)


def resource_not_found() -> ServiceError:
    """404 for an address that the service does not know (a wrong path or api-version)."""
    return ServiceError(404, "404", "Resource not found")


def internal_error() -> ServiceError:
    """500 of the service: a failure that is imitated, or a bug of the emulator."""
    message = "The server had an error while processing your request. Sorry about that!"
    return ServiceError(500, "InternalServerError", message)


def quota_error(message: str) -> ServiceError:
    """400 when the resource holds as much as it may; the live status is not documented."""
    return ServiceError(400, "quotaExceeded", message)
