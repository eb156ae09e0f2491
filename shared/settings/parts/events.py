"""What comes in from the service and goes out to people."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings.readers import (
    address,
    duration,
    word,
)
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class Events:
    """What comes in from the service and goes out to people."""

    webhook_secret: str | None = setting(
        "WEBHOOK_SECRET",
        word,
        None,
        "The secret of the resource's webhook that calls `POST webhooks/openai`. Unset: every call "
        "is refused, and runs poll.",
        "whsec_bG9uZyByYW5kb20gdGV4dA==",
        secret=True,
    )
    notify_url: str | None = setting(
        "NOTIFY_URL",
        address,
        None,
        "Where a small signed JSON is sent for runs that are rejected, serving, failed, warned, "
        "retired or woken. Unset: nowhere.",
        "https://hooks.example.org/tunedrop",
    )
    notify_secret: str | None = setting(
        "NOTIFY_SECRET",
        word,
        None,
        "What signs them, as Standard Webhooks say: `whsec_` and a key in base64, or a bare key. "
        "Unset: nothing is sent.",
        "whsec_YW5vdGhlciByYW5kb20gdGV4dA==",
        secret=True,
    )
    notify_first: timedelta = setting(
        "NOTIFY_FIRST", duration, "10s", "The wait after the first try; each next one is longer."
    )
    notify_longest: timedelta = setting(
        "NOTIFY_MAX", duration, "1h", "The longest wait between two tries."
    )
    notify_deadline: timedelta = setting(
        "NOTIFY_DEADLINE", duration, "3d", "How long a receiver that takes nothing is tried."
    )
