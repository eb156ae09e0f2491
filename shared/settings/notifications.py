"""Webhooks: events that the service sends to the app, and notifications that the app sends."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings.readers import duration, non_empty, receiver
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class Notifications:
    """Webhooks: events that the service sends to the app, and notifications that the app sends."""

    webhook_secret: str | None = setting(
        "WEBHOOK_SECRET",
        non_empty,
        None,
        "The signing secret of the resource's webhook that calls `POST webhooks/openai`. Unset: "
        "every call is refused, and runs poll.",
        "whsec_bG9uZyByYW5kb20gdGV4dA==",
        secret=True,
    )
    notify_url: str | None = setting(
        "NOTIFY_URL",
        receiver,
        None,
        "The https address that receives a signed JSON message when a run is rejected, serving, "
        "failed, warned, unconfirmed, retired or woken. Unset: no notifications.",
        "https://hooks.example.org/tunedrop",
    )
    notify_secret: str | None = setting(
        "NOTIFY_SECRET",
        non_empty,
        None,
        "The key that signs notifications (Standard Webhooks): `whsec_` and a key in base64, or "
        "the key as it is. Unset: no notifications.",
        "whsec_YW5vdGhlciByYW5kb20gdGV4dA==",
        secret=True,
    )
    notify_first: timedelta = setting(
        "NOTIFY_FIRST",
        duration,
        "10s",
        "The wait after the first attempt to deliver a notification. Each next wait is longer.",
    )
    notify_longest: timedelta = setting(
        "NOTIFY_MAX", duration, "1h", "The longest wait between two attempts."
    )
    notify_deadline: timedelta = setting(
        "NOTIFY_DEADLINE",
        duration,
        "3d",
        "How long delivery is attempted before a notification is given up.",
    )
