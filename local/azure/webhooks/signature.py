"""Signatures after Standard Webhooks, which the service uses and the openai SDK checks."""

import base64
import hashlib
import hmac

PREFIX = "whsec_"


def signature_headers(secret: str, identity: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of one delivery.

    Args:
        secret: `whsec_` and the key in base64, or the bare key.
        identity: The delivery's id, the same when it is repeated.
        timestamp: Seconds since 1970 by the real clock, which receivers compare with theirs.
        body: What is sent.
    """
    key = base64.b64decode(secret[len(PREFIX) :]) if secret.startswith(PREFIX) else secret.encode()
    signed = f"{identity}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
    }
