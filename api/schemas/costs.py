"""What things cost, in US dollars."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Query, Schema

_Text = Annotated[str, Field(min_length=1)]


class Amount(Schema):
    """A sum of which a part may be unknown."""

    usd: float | None = Field(None, description="The total; absent if a part is unknown.")
    at_least_usd: float = Field(description="The part that is known.")
    unknown: list[str] = Field([], description="Why the other parts are unknown.")


class Spending(Schema):
    """The three things that the service charges for."""

    training: Amount
    hosting: Amount
    chat: Amount
    total: Amount


class Forecast(Schema):
    """What a run will cost, by its validation."""

    training: Amount = Field(description="Tokens times epochs times price.")
    hosting_day: Amount = Field(
        description="Hosting for a day, whether the deployment is used or not."
    )
    hosting_until_idle: Amount = Field(
        description="Hosting until the deployment is deleted, if it is never used."
    )
    idle_days: float = Field(description="Days without use after which the deployment is deleted.")
    deployment_sku: str = Field(description="SKU of the deployment.")


class RunCosts(Schema):
    """What a run will cost and has cost."""

    forecast: Forecast | None = Field(None, description="Absent until the dataset is validated.")
    actual: Spending = Field(
        description="Costs so far: trained tokens, hours deployed, chat tokens."
    )
    hours: float = Field(description="Hours deployed, over all deployments of the run.")
    price_source: str | None = None
    price_date: str | None = Field(None, description="When the prices were retrieved.")


class CostsQuery(Query):
    """The query of `GET costs`."""

    month: str | None = Field(
        None,
        pattern="^20[0-9]{2}-(0[1-9]|1[0-2])$",
        max_length=7,  # without it a line end after the month would fit the pattern
        description="A month (UTC). Default: the current one.",
        examples=["2026-11"],
    )


class _OfModel(Schema):
    model: str


class _OfRun(_OfModel):
    run: str


# Fields come in the order of the bases from the last to the first.
class RunSpending(Spending, _OfRun):
    """What a run has cost in a month."""


class ModelSpending(Spending, _OfModel):
    """What all runs of a model have cost in a month."""


class Costs(Schema):
    """What a month has cost, by run and by model."""

    month: str
    total: Spending
    models: list[ModelSpending] = Field(description="By name; models without costs are omitted.")
    runs: list[RunSpending] = Field(description="The newest first.")
    budget_usd: float | None = Field(None, description="BUDGET_MONTH, if it is set.")
