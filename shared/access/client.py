"""A client of the chat endpoint: its keys and what it may use."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from shared.errors import KeyRefusedError, RequestError

MOST_KEYS = 2  # so that a new one can be rolled out while the old one is still in use
_BYTES = 32  # of chance in a key: no hash of so much can be searched, however fast it is made


@dataclass(frozen=True)
class ClientKey:
    """A key, of which only the hash is kept.

    Attributes:
        id: Names the key to operators.
        sha256: The hash in hexadecimal.
        created: When it was made.
    """

    id: str
    sha256: str
    created: datetime


@dataclass(frozen=True)
class Client:
    """A client. None and empty mean no limit.

    Attributes:
        name: Under which its use is counted.
        keys: At most two.
        requests_per_minute: Chats that an instance of the app takes.
        tokens_per_minute: Tokens after which an instance takes no more chats.
        budget_month: US dollars for the tokens of a month.
        models: Names of models; `base` for the untuned one.
        ends: From when on its keys are refused.
        etag: Of its row.
    """

    name: str
    keys: tuple[ClientKey, ...] = ()
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    budget_month: float | None = None
    models: tuple[str, ...] = ()
    ends: datetime | None = None
    etag: str = ""

    def check_end(self, now: datetime) -> None:
        """Check that its time is not over.

        Raises:
            KeyRefusedError: 401 if it is.
        """
        if self.ends is not None and now >= self.ends:
            raise KeyRefusedError(
                "client_key_expired",
                f"The keys of client {self.name} ended on {self.ends:%Y-%m-%d %H:%M} UTC.",
                hint="Ask the operator to extend `ends`.",
            )

    def add_key(self, now: datetime) -> tuple["Client", ClientKey, str]:
        """The client with a new key, its record, and the key itself.

        Raises:
            RequestError: 409 if it has two already.
        """
        if len(self.keys) >= MOST_KEYS:
            raise RequestError(
                "too_many_keys",
                f"Client {self.name} has {MOST_KEYS} keys.",
                hint="Delete the one that is no longer used.",
                status=409,
            )
        key = f"td-{secrets.token_urlsafe(_BYTES)}"
        record = ClientKey(secrets.token_hex(4), hash_key(key), now)
        return replace(self, keys=(*self.keys, record)), record, key


def hash_key(key: str) -> str:
    """The hash by which a key is known."""
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
