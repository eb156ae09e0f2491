"""What chat adds to a model's messages."""

from pydantic import BaseModel, Field


class Raw(BaseModel):
    """Whether a model takes messages as they come."""

    model: str
    raw: bool = Field(description="If so, chat adds neither system message nor examples.")
