"""Signatures of webhooks, as Standard Webhooks define them (standardwebhooks.com, symmetric v1)."""

import base64
import hashlib
import hmac

_PREFIX = "whsec_"


def sign(secret: str, identity: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers that sign one attempt to deliver a webhook.

    Args:
        secret: `whsec_` and the key in base64, or the bare key.
        identity: The id of the event; the same at each attempt.
        timestamp: Seconds since 1970, of this attempt.
        body: The bytes that are sent.

    Returns:
        `webhook-id`, `webhook-timestamp` and `webhook-signature`.
    """
    content = f"{identity}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(_key(secret), content, hashlib.sha256)).decode()
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }


def _key(secret: str) -> bytes:
    if secret.startswith(_PREFIX):
        return base64.b64decode(secret.removeprefix(_PREFIX))
    return secret.encode()
