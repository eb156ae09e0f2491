"""Clients of the chat endpoint."""

from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field

from api.schemas.base import Schema


def _refuse_numbers(value: object) -> object:
    """A number would be taken for seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and "-" not in value):
        raise ValueError("must be a text with a time zone, such as 2027-01-31T00:00:00Z")
    return value


def _refuse_texts(value: object) -> object:
    """A text or a truth value would be taken for the number that it can be read as."""
    if isinstance(value, str | bool):
        raise ValueError("must be a number")  # noqa: TRY004  pydantic wants this
    return value


_Requests = Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(_refuse_texts)]
_Tokens = Annotated[int, Field(ge=1, le=1_000_000_000), BeforeValidator(_refuse_texts)]
_Dollars = Annotated[float, Field(ge=0.01), BeforeValidator(_refuse_texts)]
_Time = Annotated[AwareDatetime, BeforeValidator(_refuse_numbers)]


class ClientLimits(Schema):
    """What a client may use. What is left out is not limited."""

    model_config = ConfigDict(extra="forbid")

    requests_per_minute: _Requests | None = Field(
        None, description="Chats that one instance of the app takes."
    )
    tokens_per_minute: _Tokens | None = Field(
        None,
        description="Tokens of answered chats after which one instance takes no more of them.",
    )
    budget_month: _Dollars | None = Field(
        None, description="US dollars for the tokens of a month, summed up once a minute."
    )
    models: list[str] = Field([], max_length=100, description="Names of models, or `base`.")
    ends: _Time | None = Field(None, strict=False, description="From when on its keys are refused.")


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
