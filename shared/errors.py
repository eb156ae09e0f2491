"""The one tree of errors. Clients translate their SDK's exceptions into it, and nothing else does.

TunedropError
├── SettingError        a setting is missing or wrong
├── RequestError        a caller asked for something that cannot be answered (HTTP 4xx)
│   ├── NotFoundError         no such run, model or report (404)
│   ├── NotReadyError         the model exists but does not answer yet (409)
│   │   └── AsleepError             its deployment was deleted; it wakes, or can be woken (503)
│   └── KeyRefusedError       no client key, or a wrong one (401)
├── ServiceError        Azure refused or failed; `retryable` says whether waiting helps
│   └── RelayedError          a refused chat, relayed in the service's own words
└── ChangedError        somebody else changed a registry row first: read again
"""

from collections.abc import Mapping
from typing import Self


class TunedropError(Exception):
    """Base: what happened, and the next step.

    Attributes:
        code: Short stable name, such as `run_not_found`.
        message: One sentence with the value seen.
        hint: What to do next; empty if there is nothing.
        status: The HTTP status that an endpoint answers with.
        retryable: Whether the same call may succeed later.
        retry_after: Seconds to wait before that, if known.
    """

    status = 500
    retryable = False

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.retry_after = retry_after
        self.param = param
        if status is not None:
            self.status = status

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    def to_openai(self) -> dict[str, object]:
        """The body of every error response, in OpenAI's form."""
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        error = {"code": self.code, "message": str(self), "param": self.param, "type": kind}
        return {"error": error}


class SettingError(TunedropError):
    """A setting is missing or wrong."""

    def __init__(self, name: str, seen: str | None, wanted: str, example: str) -> None:
        was = "is not set" if seen is None else f"is {seen!r}"
        super().__init__(
            "setting",
            f"Setting {name} {was}; it must be {wanted}.",
            hint=f"For example: {name}={example}",
        )
        self.name = name


class RequestError(TunedropError):
    """A caller asked for something that cannot be answered."""

    status = 400


class NotFoundError(RequestError):
    """No such run, model or report."""

    status = 404


class NotReadyError(RequestError):
    """The model exists but does not answer yet."""

    status = 409


class AsleepError(NotReadyError):
    """The model's deployment was deleted, and its tuned model is kept.

    Attributes:
        run: The version that is asleep.
        waking: Whether it is being deployed again.
        wakeable: Whether a chat may begin that.
    """

    status = 503

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str,
        run: str,
        waking: bool = False,
        wakeable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(code, message, hint=hint, retry_after=retry_after, param="model")
        self.run = run
        self.waking = waking
        self.wakeable = wakeable


class KeyRefusedError(RequestError):
    """No client key was sent, or one that is not known."""

    status = 401


class ServiceError(TunedropError):
    """Azure refused or failed.

    Attributes:
        denied: Whether the app itself was turned away, for want of a role or a key; a new role
            counts after minutes.
        body: The service's own error object, as far as it sent one.
        headers: The service's retry headers, for callers that pass them on.
    """

    status = 502

    def __init__(
        self,
        code: str,
        message: str,
        *,
        hint: str = "",
        status: int | None = None,
        retryable: bool = False,
        denied: bool = False,
        retry_after: float | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code, message, hint=hint, status=status, retry_after=retry_after)
        self.retryable = retryable
        self.denied = denied
        self.body = body
        self.headers = dict(headers or {})


class RelayedError(ServiceError):
    """A chat that the service refused; the caller gets the service's own words."""

    @classmethod
    def from_error(cls, error: ServiceError) -> Self:
        """The same error, to be relayed."""
        return cls(
            error.code,
            error.message,
            hint=error.hint,
            status=error.status,
            retryable=error.retryable,
            retry_after=error.retry_after,
            body=error.body,
            headers=error.headers,
        )

    def to_openai(self) -> dict[str, object]:
        """The service's error object; what it leaves out of OpenAI's form is filled in."""
        ours = super().to_openai()
        if not isinstance(self.body, dict) or not isinstance(ours["error"], dict):
            return ours
        return {"error": {**ours["error"], **self.body}}


class ChangedError(TunedropError):
    """Somebody else changed a registry row first: read it again and decide again."""

    status = 409
    retryable = True

    def __init__(self, row: str) -> None:
        super().__init__("changed", f"Row {row} was changed by another request.")
