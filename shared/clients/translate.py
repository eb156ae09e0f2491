"""Turns the exceptions of Azure's SDKs into `ServiceError`. Nothing else knows those exceptions.

Every call of an SDK stands in `with translate_errors(service, "what is being done")`. The new error
has no cause attached: a traceback of the old one could show what `mask` hides.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

from shared import clock
from shared.clients.masking import mask, mask_tree
from shared.clients.refusals import Service, is_denial, judge
from shared.errors import ServiceError

# A gateway's HTML page would drown the reason.
_LONGEST = 600
_CODES: Mapping[int, str] = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    408: "timeout",
    409: "conflict",
    410: "gone",
    412: "precondition_failed",
    423: "locked",
    429: "rate_limited",
}
_PASSED_ON = re.compile(r"(?i)retry-after(-ms)?|x-ratelimit-.+|apim-request-id|x-request-id")
# Some 429 bodies say it only in words: "Please retry after 22 seconds."
_IN_WORDS = re.compile(r"(?i)retry after (\d+) second")


@dataclass(frozen=True)
class _Answer:
    """What a service answered, or why there is no answer (`status` 0)."""

    status: int
    code: str
    message: str
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def translate_errors(service: Service, doing: str) -> Iterator[None]:
    """Let SDK exceptions of the block leave as `ServiceError`; all others pass.

    Args:
        service: Who is asked; decides which role a hint names.
        doing: What is asked for, as an infinitive with the name: `read blob datasets/a.jsonl`.

    Raises:
        ServiceError: for each exception of `openai`, `azure-core` and their transports.
    """
    try:
        yield
    except Exception as error:
        found = service_error(error, service, doing)
        if found is None:
            raise
        raise found from None


def service_error(error: Exception, service: Service, doing: str) -> ServiceError | None:
    """`error` as a `ServiceError`, or None if it comes from no SDK."""
    if isinstance(error.__cause__, ServiceError):
        # What an upload reads from failed, which the SDK reports as a broken connection.
        return error.__cause__
    readers = {
        "openai": _openai,
        "azure": _azure,
        "httpx2": _transport,
        "aiohttp": _chat_transport,
        "json": _unreadable,
    }
    # By package name: the SDK that raised is loaded, and the others need not be.
    reader = readers.get(type(error).__module__.partition(".")[0])
    answer = reader(error) if reader else None
    return _build(answer, service, doing) if answer else None


def refusal_error(
    service: Service, doing: str, status: int, content: bytes, headers: Mapping[str, str]
) -> ServiceError:
    """The error for an answer that no SDK has read.

    Args:
        service: Who answered.
        doing: As for `translate_errors`.
        status: The HTTP status.
        content: The answer's body.
        headers: The answer's headers.
    """
    try:
        tree = json.loads(content)
    except ValueError:
        tree = None
    error = tree.get("error") if isinstance(tree, dict) else None
    inner = error if isinstance(error, dict) else {}
    message = inner.get("message") or (error if isinstance(error, str) else None)
    text = str(message or content.decode(errors="replace"))
    answer = _Answer(status, str(inner.get("code") or ""), text, inner or None, headers)
    return _build(answer, service, doing)


def _build(answer: _Answer, service: Service, doing: str) -> ServiceError:
    text = mask(answer.message.strip())[:_LONGEST]
    if answer.status < 400:
        # A success that the SDK could not read is no answer either.
        code = "unreadable" if answer.status else answer.code
        return _no_answer(code, text, service, doing)
    code = _code_name(answer.status, answer.code)
    hint, retryable = judge(service, answer.status, code, text)
    return ServiceError(
        code,
        f"{service.title} refused to {doing} (HTTP {answer.status}, {code}): {text}",
        hint=hint,
        status=answer.status,
        retryable=retryable,
        denied=is_denial(answer.status, code, text),
        retry_after=retry_after(answer.headers, text),
        body=mask_tree(answer.body),
        headers={k.lower(): v for k, v in answer.headers.items() if _PASSED_ON.fullmatch(k)},
    )


def _no_answer(code: str, text: str, service: Service, doing: str) -> ServiceError:
    # None of them promises another try: only the caller of a client knows whether there is one.
    hints = {
        "unreachable": "Check the address and the network.",
        "unreadable": "A proxy may have answered; check the address.",
        "no_identity": "Give the app a managed identity, sign in with `az login`, or set "
        f"AZURE_OPENAI_API_KEY; the identity needs the role {service.role}.",
    }
    return ServiceError(
        code,
        f"{service.title} could not be asked to {doing}: {text}",
        hint=hints.get(code, ""),
        status=504 if code == "timeout" else 502,
        # Also without an identity: whoever gives tokens may be away, and looks the same then.
        retryable=True,
    )


def _code_name(status: int, code: str) -> str:
    # Some bodies repeat the status as the code ("429"), which names nothing.
    if code and not code.isdigit():
        return code
    return _CODES.get(status, "service_failed" if status >= 500 else "refused")


def retry_after(headers: Mapping[str, str], message: str = "") -> float | None:
    """Seconds to wait as a service asks for them: `retry-after-ms`, `retry-after`, or in words.

    Azure OpenAI sends both headers with 429; `retry-after` may be a date (RFC 9110 §10.2.3).
    """
    lower = {name.lower(): value.strip() for name, value in headers.items()}
    try:
        if "retry-after-ms" in lower:
            return max(0.0, float(lower["retry-after-ms"]) / 1000)
        if "retry-after" in lower:
            return _seconds(lower["retry-after"])
    except ValueError:
        pass
    in_words = _IN_WORDS.search(message)
    return float(in_words[1]) if in_words else None


def _seconds(value: str) -> float:
    if re.fullmatch(r"[\d.]+", value):
        return float(value)
    return max(0.0, (parsedate_to_datetime(value) - clock.now()).total_seconds())


def _openai(error: Exception) -> _Answer:
    import openai

    if isinstance(error, openai.APITimeoutError):
        return _Answer(0, "timeout", "no answer in time.")
    if isinstance(error, openai.APIConnectionError):
        return _Answer(0, "unreachable", str(error.__cause__ or error))
    if not isinstance(error, openai.APIStatusError):
        return _Answer(0, "unreadable", str(error))
    inner = error.body if isinstance(error.body, dict) else {}
    return _Answer(
        error.status_code,
        str(inner.get("code") or ""),
        str(inner.get("message") or error.message),
        error.body,
        error.response.headers,
    )


def _azure(error: Exception) -> _Answer | None:
    from azure.core import exceptions

    if isinstance(error, exceptions.HttpResponseError):
        return _azure_answer(error)
    if isinstance(
        error, exceptions.ServiceRequestTimeoutError | exceptions.ServiceResponseTimeoutError
    ):
        return _Answer(0, "timeout", "no answer in time.")
    if isinstance(error, exceptions.ServiceRequestError | exceptions.ServiceResponseError):
        return _Answer(0, "unreachable", error.message)
    if isinstance(error, exceptions.AzureError):
        return _Answer(0, "unreadable", error.message)
    return None


def _azure_answer(error: Any) -> _Answer:
    from azure.core import exceptions

    if error.response is None:
        # azure-identity: no credential of the chain works, or one of them failed.
        refusal_error = isinstance(error, exceptions.ClientAuthenticationError)
        return _Answer(0, "no_identity" if refusal_error else "unreadable", error.message)
    inner = error.error
    # Storage puts its code into an enum of its own, and ids and times below the message.
    code = getattr(error, "error_code", None) or (inner and inner.code) or ""
    code = str(getattr(code, "value", code))
    message = ((inner and inner.message) or error.message).partition("\nRequestId:")[0]
    body = {"code": code, "message": message}
    return _Answer(error.status_code, code, message, body, dict(error.response.headers))


def _transport(error: Exception) -> _Answer:
    import httpx2

    if isinstance(error, httpx2.TimeoutException):
        return _Answer(0, "timeout", "no answer in time.")
    return _Answer(0, "unreachable", str(error) or type(error).__name__)


def _chat_transport(error: Exception) -> _Answer:
    import aiohttp

    if isinstance(error, aiohttp.SocketTimeoutError):
        return _Answer(0, "timeout", "no answer in time.")
    return _Answer(0, "unreachable", str(error) or type(error).__name__)


def _unreadable(error: Exception) -> _Answer:
    return _Answer(0, "unreadable", f"the answer is no JSON: {error}")
