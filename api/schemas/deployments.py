"""Deployments."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from api.schemas.base import Query, Schema
from api.schemas.costs import Amount
from shared.registry.state import Phase


class Decision(Schema):
    """What the last daily round decided on a deployment."""

    verdict: str = Field(description="`kept`, `pinned`, `warned`, `dry_run` or `unknown`.")
    evidence: str = Field(
        description="The times from the registry, Azure Monitor and the creation; for `unknown`, "
        "which of them could not be queried, why, and the next step."
    )
    at: str | None = None
    since: str | None = Field(None, description="Since when the verdict is `unknown`.")


class DeploymentFacts(Schema):
    """A deployment of the registry, what used it, and until when it stays."""

    name: str
    model: str
    run: str
    phase: Phase
    deployed: str | None = None
    last_used: str | None = None
    idle_seconds: int | None = Field(None, description="Since the last use, or since its creation.")
    retires_at: str | None = Field(
        None, description="When it will be deleted if it is not used; absent if it is kept."
    )
    warning: str | None = None
    pinned: str | None = Field(None, description="Until when it is pinned: a time, or `for good`.")
    decision: Decision | None = None
    sku: str | None = None
    hours: float = Field(description="Hours deployed, including earlier deployments of the run.")
    cost_so_far: Amount = Field(description="Of those hours.")
    ends: list[str] = Field(
        [],
        description="Retirements of its base model within 90 days, and whether it is for existing "
        "customers only, each with the next step.",
    )


class OtherDeployment(Schema):
    """A deployment that tunedrop did not make; it is listed, and never touched."""

    name: str
    model: str = Field(description="The name at the service.")
    tuned: bool = Field(description="Whether its hours are charged, used or not.")
    sku: str
    state: str
    created: str | None = None


class DeploymentList(Schema):
    """What is deployed, the longest idle first, and what else the account has."""

    deployments: list[DeploymentFacts]
    others: list[OtherDeployment] | None = Field(
        default=None,
        description="Not created by tunedrop; absent if the service could not be queried.",
    )
    others_unknown: str | None = Field(default=None, description="Why `others` is absent.")


_Time = Annotated[
    str, WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]})
]


class PinQuery(Query):
    """The query of `POST models/{name}/pin`."""

    until: _Time | None = Field(
        None,
        description="A time in the future, or a date (inclusive). Default: without end.",
    )


class Pin(Schema):
    """Whether a model is exempt from being deleted for idleness."""

    model: str
    pinned: bool
    until: str | None = Field(None, description="A time, or `for good`.")
    hint: str | None = Field(None, description="The next step, if the model is asleep.")
