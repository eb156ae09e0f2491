"""Client keys: they give access to chat, and to nothing else.

OpenAI's clients send no other header than `Authorization` or `api-key`, which the Functions host
does not know, so the app checks client keys itself.
"""

import hmac
from collections.abc import Mapping

from shared.errors import KeyRefusedError
from shared.settings import settings


def check(headers: Mapping[str, str]) -> str:
    """Check the client key that a caller sent, and return its name.

    Raises:
        KeyRefusedError: 401 if none was sent, it is wrong, or no keys are configured.
    """
    return find_name(read_key(headers), settings().client_keys)


def read_key(headers: Mapping[str, str]) -> str:
    """The key in `Authorization: Bearer` or `api-key`; empty if there is none."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return key.strip()
    return headers.get("api-key", "").strip()


def find_name(key: str, known: Mapping[str, str]) -> str:
    """The name of `key` among `known` keys by name, compared in constant time.

    Raises:
        KeyRefusedError: if it is not there.
    """
    if not known:
        raise KeyRefusedError(
            "client_keys_unset",
            "No client keys are configured, so every call is refused.",
            hint="Set CLIENT_KEYS to name=key pairs.",
        )
    if not key:
        raise KeyRefusedError(
            "client_key_missing",
            "No client key was sent.",
            hint="Send it as `Authorization: Bearer KEY` or `api-key: KEY`.",
        )
    # Every key is compared: the time must not show which one was nearly right.
    found = [name for name, value in known.items() if _equal(value, key)]
    if not found:
        raise KeyRefusedError(
            "invalid_api_key",
            "The client key is not valid.",
            hint="Ask the operator for one of CLIENT_KEYS; function keys are not accepted here.",
        )
    return found[0]


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
