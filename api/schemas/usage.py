"""Use of the chat."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from api.schemas.base import Query, Schema
from api.schemas.costs import Amount


def _day(value: Any) -> Any:
    # Pydantic would take numbers for days since 1970, and times for days.
    if isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        raise ValueError("Write it as 2026-11-25")
    return value


Day = Annotated[date, BeforeValidator(_day)]


class UsageQuery(Query):
    """The query of `GET usage`."""

    first: Day | None = Field(
        None, alias="from", description="The first day. Default: the first of this month."
    )
    last: Day | None = Field(
        None, alias="to", description="The last day, inclusive. Default: today."
    )
    by: Literal["key", "model", "day"] = Field("day", description="What the lines are grouped by.")


class UsageLine(Schema):
    """What was used by one key, of one model, on one day, or in all."""

    name: str
    requests: int = Field(description="Chats that the service answered.")
    unmetered: int = Field(description="Chats whose tokens the service did not report.")
    prompt_tokens: int
    completion_tokens: int
    cost: Amount = Field(
        description="The cost of the tokens. Hosting and training are listed with the runs."
    )


class PriceSource(Schema):
    """Where the prices of a base model come from."""

    base_model: str
    url: str | None = Field(None, description="Absent if no price is known.")
    date: str | None = None


class Usage(Schema):
    """Use of the chat."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    by: str
    lines: list[UsageLine] = Field(description="By name.")
    total: UsageLine
    prices: list[PriceSource] = Field([])
