"""Every HTTP function as its callers see it: the one table that the OpenAPI document shows."""

from api.catalog import (
    about,
    chat_options,
    lifecycle,
    money,
    openai,
    runs,
    usage,
    versions,
    webhooks,
)
from api.catalog.door import Door

DOORS = (
    *openai.DOORS,
    *runs.DOORS,
    *versions.DOORS,
    *lifecycle.DOORS,
    *chat_options.DOORS,
    *money.DOORS,
    *usage.DOORS,
    *webhooks.DOORS,
    *about.DOORS,
)

__all__ = ["DOORS", "Door"]
