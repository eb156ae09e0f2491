"""Client keys: they give access to chat, and to nothing else.

OpenAI's clients send no other header than `Authorization` or `api-key`, which the Functions host
does not know, so the app checks them itself. Keys are those of `CLIENT_KEYS`, without limits,
and those of table `clients`, which operators change while the app runs.
"""

import hmac
from collections.abc import Mapping
from functools import lru_cache

from shared import clock
from shared.access import Client, client_table
from shared.access.client import hash_key
from shared.errors import KeyRefusedError
from shared.settings import settings
from shared.ttl_cache import TtlCache


async def check(headers: Mapping[str, str]) -> Client:
    """Check the client key that a caller sent, and return its client.

    Raises:
        KeyRefusedError: 401 if none was sent, it is wrong or its time is over, or there are none.
        ServiceError: if the key is none of the setting's, and the table cannot be read.
    """
    key, known = read_key(headers), settings().client_keys
    if name := find_name(key, known):
        return Client(name)
    if not key and known:
        raise _missing_error()
    clients = await client_keys().get()
    if not known and not clients:
        raise KeyRefusedError(
            "client_keys_unset",
            "No client keys are configured, so every call is refused.",
            hint="Set CLIENT_KEYS to name=key pairs, or create a client with PUT clients/{name}.",
        )
    if not key:
        raise _missing_error()
    # By the hash of a key of 32 random bytes: how long the search takes shows nothing of others.
    client = clients.get(hash_key(key))
    if client is None:
        raise KeyRefusedError(
            "invalid_api_key",
            "The client key is not valid.",
            hint="Ask the operator for a client key; function keys are not accepted here.",
        )
    client.check_end(clock.now())
    return client


@lru_cache(maxsize=1)
def client_keys() -> TtlCache[dict[str, Client]]:
    """The clients of the table by the hashes of their keys, for all callers of this process."""
    return TtlCache(lambda _: {k.sha256: c for c in client_table().clients() for k in c.keys})


def read_key(headers: Mapping[str, str]) -> str:
    """The key in `Authorization: Bearer` or `api-key`; empty if there is none."""
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and key.strip():
        return key.strip()
    return headers.get("api-key", "").strip()


def find_name(key: str, known: Mapping[str, str]) -> str:
    """The name of `key` among `known` keys by name, compared in constant time; empty if none."""
    # Every key is compared: the time must not show which one was nearly right.
    found = [name for name, value in known.items() if _equal(value, key)]
    return found[0] if found and key else ""


def _missing_error() -> KeyRefusedError:
    return KeyRefusedError(
        "client_key_missing",
        "No client key was sent.",
        hint="Send it as `Authorization: Bearer KEY` or `api-key: KEY`.",
    )


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
