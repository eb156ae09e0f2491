"""What chat adds to a model's messages."""

from pydantic import Field

from api.schemas.base import Schema
from api.schemas.models import ChatOptions


class RawMode(Schema):
    """Whether a model takes messages as they come."""

    model: str
    raw: bool = Field(description="If so, chat adds neither system message nor examples.")


class RefreshResult(Schema):
    """What chat adds from now on."""

    model: str
    run: str = Field(description="The active version, whose options were read again.")
    chat: ChatOptions
