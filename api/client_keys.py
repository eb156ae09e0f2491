"""Client keys: what opens the chat endpoint, and nothing else (design §5).

OpenAI's clients send no other header than `Authorization` or `api-key`, which the Functions host
does not know, so the app checks these itself.
"""

import hmac
from collections.abc import Mapping

from shared.errors import KeyRefusedError
from shared.settings import settings


def check(headers: Mapping[str, str]) -> str:
    """The name of the client key that a caller sent.

    Raises:
        KeyRefusedError: 401 if none was sent, it is wrong, or no keys are configured.
    """
    return named(sent(headers), settings().client_keys)


def sent(headers: Mapping[str, str]) -> str:
    """The key in `Authorization: Bearer` or `api-key`; empty if there is none."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return key.strip()
    return headers.get("api-key", "").strip()


def named(key: str, known: Mapping[str, str]) -> str:
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
    # Every key is compared: the time must not tell which one was nearly right.
    found = [name for name, value in known.items() if _same(value, key)]
    if not found:
        raise KeyRefusedError(
            "invalid_api_key",
            "The client key is not known.",
            hint="Ask the operator for one of CLIENT_KEYS; function keys do not open the chat.",
        )
    return found[0]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
