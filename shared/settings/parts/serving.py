"""How chats are answered."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings.readers import (
    client_keys,
    duration,
    flag,
)
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class Serving:
    """How chats are answered."""

    client_keys: dict[str, str] = setting(
        "CLIENT_KEYS",
        client_keys,
        "",
        "Keys for the chat endpoint, by name. Unset: every call is refused.",
        "web=long-random-text,app=another-one",
        secret=True,
    )
    last_used_every: timedelta = setting(
        "LAST_USED_EVERY",
        duration,
        "60s",
        "How often at most a chat writes `last_used`, for each version.",
    )
    usage_every: timedelta = setting(
        "USAGE_EVERY",
        duration,
        "5s",
        "How often the counts of chats by client key are written; a killed process loses what "
        "came after the last time.",
    )
    chat_retry_for: timedelta = setting(
        "CHAT_RETRY_FOR",
        duration,
        "10s",
        "How long a chat is tried again that the service refuses for the moment (429, 5xx). A "
        "wait that the service asks for and that ends later goes to the caller at once.",
    )
    wake_on_chat: bool = setting(
        "WAKE_ON_CHAT",
        flag,
        "true",
        "Whether a chat wakes a model that is asleep; otherwise only `POST models/{name}/wake`.",
    )
    wait_limit: timedelta = setting(
        "WAIT_LIMIT",
        duration,
        "220s",
        "How long a chat that wants to wait is held while its model wakes. Azure ends a call that "
        "is not answered after 230 s.",
    )
    wait_stream_limit: timedelta = setting(
        "WAIT_STREAM_LIMIT",
        duration,
        "20m",
        "The same for streams, which comments keep open; `functionTimeout` of `host.json` ends "
        "them.",
    )
