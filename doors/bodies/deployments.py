"""Deployments."""

from pydantic import BaseModel, Field

from doors.bodies.money import Amount
from shared.pipeline import Phase


class DeploymentFacts(BaseModel):
    """A deployment of the registry, what used it, and until when it stays."""

    name: str
    model: str
    run: str
    phase: Phase
    deployed: str | None = None
    last_used: str | None = None
    idle_seconds: int | None = Field(None, description="Since the last use, or since it is there.")
    retires_at: str | None = Field(
        None, description="When it will be deleted if nobody uses it; absent if it stays."
    )
    warning: str | None = None
    sku: str | None = None
    hours: float = Field(description="That it and earlier ones of the run have been there.")
    cost_so_far: Amount = Field(description="Of those hours.")


class DeploymentList(BaseModel):
    """What is deployed, the longest idle first."""

    deployments: list[DeploymentFacts]
