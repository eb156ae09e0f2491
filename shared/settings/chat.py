"""The chat endpoint."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings.readers import chat_fields, client_keys, duration, flag, positive
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class Chat:
    """The chat endpoint."""

    client_keys: dict[str, str] = setting(
        "CLIENT_KEYS",
        client_keys,
        "",
        "Client keys of the chat endpoint, by name, without limits; `PUT clients/{name}` makes "
        "clients with limits.",
        "web=long-random-text,app=another-one",
        secret=True,
    )
    chat_body_mb: int = setting(
        "CHAT_BODY_MB",
        positive,
        "4",
        "The largest body of a chat in MB of 1,000,000 bytes; a larger one is refused with 413.",
    )
    chat_fields: frozenset[str] = setting(
        "CHAT_FIELDS",
        chat_fields,
        "",
        "Fields of a chat that spend more or reach further, and that callers may send all the "
        "same: `data_sources`, `n` (more than 4 answers), `service_tier`, `store`, "
        "`web_search_options`. Unset: none.",
        "service_tier,n",
    )
    last_used_every: timedelta = setting(
        "LAST_USED_EVERY",
        duration,
        "60s",
        "The shortest interval between two updates of a version's `last_used`.",
    )
    usage_every: timedelta = setting(
        "USAGE_EVERY",
        duration,
        "5s",
        "How often usage by client key is saved. A process that is killed loses what it counted "
        "since the last time.",
    )
    chat_retry_for: timedelta = setting(
        "CHAT_RETRY_FOR",
        duration,
        "10s",
        "How long a chat is retried when the service answers 429 or 5xx. If the service asks for a "
        "longer wait, its answer is returned at once.",
    )
    wake_on_chat: bool = setting(
        "WAKE_ON_CHAT",
        flag,
        "true",
        "`true`: a chat for a model without a deployment deploys it again. `false`: only "
        "`POST models/{name}/wake` does.",
    )
    wait_limit: timedelta = setting(
        "WAIT_LIMIT",
        duration,
        "220s",
        "How long a chat with `wait` is held open while its model is deployed. Azure ends requests "
        "after 230 s without an answer.",
    )
    wait_stream_limit: timedelta = setting(
        "WAIT_STREAM_LIMIT",
        duration,
        "20m",
        "The same for streams, which SSE comments keep open. `functionTimeout` in `host.json` ends "
        "them, too.",
    )
