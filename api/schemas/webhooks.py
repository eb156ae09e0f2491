"""Events of the service."""

from pydantic import Field

from api.schemas.base import Schema


class WebhookReceipt(Schema):
    """That an event was received and need not be delivered again."""

    taken: bool = Field(description="Whether a run polls its job now.")
    reason: str | None = Field(None, description="Why none was.")
