"""The bodies of OpenAI's own routes."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from api.schemas.base import Schema

_Text = Annotated[str, Field(min_length=1)]


class ChatRequest(Schema):
    """A chat, as OpenAI's clients send it; all other fields go through untouched."""

    model_config = ConfigDict(extra="allow", strict=True)

    model: _Text = Field(description="A model name, a run id, or `base`.")
    messages: list[dict[str, Any]] = Field(min_length=1)
    stream: bool | None = None
    wait: bool | None = Field(
        None, description="Wait for the answer while the model wakes. Not forwarded to the service."
    )


class ChatCompletion(Schema):
    """An answer as the service wrote it, with `model` as the caller asked for it."""

    model_config = ConfigDict(extra="allow")

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[dict[str, Any]]


class ModelEntry(Schema):
    """Something that a chat can ask for."""

    id: str
    object: Literal["model"] = "model"
    created: int = Field(description="Unix time; 0 for the base.")
    owned_by: Literal["tunedrop"] = "tunedrop"


class ModelList(Schema):
    """What a chat can ask for, in OpenAI's form."""

    object: Literal["list"] = "list"
    data: list[ModelEntry]
