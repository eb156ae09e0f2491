"""What the service tells by itself."""

from pydantic import Field

from api.schemas.base import Schema


class WebhookTaken(Schema):
    """That a delivery need not come again."""

    taken: bool = Field(description="Whether a run was told to look.")
    reason: str | None = Field(None, description="Why none was.")
