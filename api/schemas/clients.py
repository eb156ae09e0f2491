"""Clients of the chat endpoint."""

from pydantic import AwareDatetime, ConfigDict, Field

from api.schemas.base import Schema


class ClientLimits(Schema):
    """What a client may use. What is left out is not limited."""

    model_config = ConfigDict(extra="forbid")

    requests_per_minute: int | None = Field(
        None, ge=1, le=1_000_000, description="Chats that one instance of the app takes."
    )
    tokens_per_minute: int | None = Field(
        None,
        ge=1,
        le=1_000_000_000,
        description="Tokens of answered chats after which one instance takes no more of them.",
    )
    budget_month: float | None = Field(
        None, gt=0, description="US dollars for the tokens of a month, summed up once a minute."
    )
    models: list[str] = Field([], max_length=100, description="Names of models, or `base`.")
    ends: AwareDatetime | None = Field(None, description="From when on its keys are refused.")


class ClientKeyInfo(Schema):
    """A key, without the key."""

    id: str
    created: str


class ClientInfo(ClientLimits):
    """A client with its keys and limits."""

    name: str
    keys: list[ClientKeyInfo]


class ClientList(Schema):
    """The clients of the table, by name; those of `CLIENT_KEYS` are not among them."""

    clients: list[ClientInfo]


class NewClientKey(ClientKeyInfo):
    """A new key. This is the only time that it is shown."""

    key: str
