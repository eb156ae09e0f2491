"""What the service tells by itself: signed as Standard Webhooks say, checked by the SDK.

Azure OpenAI sends `fine_tuning.job.succeeded`, `.failed` and `.cancelled` (AAD how-to/webhooks).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.clients.data_plane import data_plane
from shared.errors import RequestError
from shared.settings import settings

SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")
_COMPARE = "Compare WEBHOOK_SECRET with the secret of the webhook, and both clocks."


@dataclass(frozen=True)
class WebhookEvent:
    """An event.

    Attributes:
        id: The same for each time that it is delivered.
        kind: Such as `fine_tuning.job.succeeded`.
        subject: The id of what it is about, such as a job; empty if it names none.
    """

    id: str
    kind: str
    subject: str


def read_event(body: bytes, headers: Mapping[str, str]) -> WebhookEvent:
    """The event in a delivery.

    Args:
        body: As it came, byte for byte: it is what was signed.
        headers: By their names in small letters.

    Raises:
        RequestError: 401 if the signature is missing or wrong, the time more than five minutes
            off, or no secret is set; 400 if what is signed is no event.
    """
    from openai import InvalidWebhookSignatureError

    secret = settings().webhook_secret
    if secret is None:
        raise _refusal(
            "WEBHOOK_SECRET is not set, so signatures cannot be verified.", "Set WEBHOOK_SECRET."
        )
    missing = [name for name in SIGNED if not headers.get(name)]
    if missing:
        raise _refusal(
            f"The header {missing[0]} is missing.", "Only signed deliveries are accepted."
        )
    odd = [name for name in SIGNED if not headers[name].isascii()]
    if odd:  # which the SDK cannot compare
        raise _refusal(f"The header {odd[0]} has other characters than ASCII.", _COMPARE)
    hooks = data_plane().webhooks
    try:
        hooks.verify_signature(body, headers, secret=secret)
    except (InvalidWebhookSignatureError, ValueError) as error:
        raise _refusal(f"The signature does not match: {error}", _COMPARE) from None
    try:
        event = hooks.unwrap(body, headers, secret=secret)
    except (InvalidWebhookSignatureError, ValueError, RecursionError):
        raise _no_event() from None
    kind, data = getattr(event, "type", None), getattr(event, "data", None)
    if not isinstance(kind, str):
        raise _no_event()
    subject = getattr(data, "id", None)
    return WebhookEvent(headers[SIGNED[0]], kind, subject if isinstance(subject, str) else "")


def _refusal(message: str, hint: str) -> RequestError:
    return RequestError("invalid_signature", message, hint=hint, status=401)


def _no_event() -> RequestError:
    return RequestError("invalid_event", "The body is signed, but it is not an event.")
