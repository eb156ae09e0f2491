"""Deleting a model."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class DeleteQuery(BaseModel):
    """The query of `DELETE models/{name}`."""

    model_config = ConfigDict(extra="forbid")

    confirm: str | None = Field(None, description="The model's name once more.")


class DeletedRun(BaseModel):
    """What goes with a version of the model."""

    run: str
    deployment: str | None = None
    files: list[str] = Field(description="Ids at the service.")


class Kept(BaseModel):
    """What stays."""

    datasets: list[str] = Field(description="Blobs in the container `datasets`.")
    reports: list[str] = Field(description="Folders in the container `reports`.")
    tuned_models: list[str] = Field(description="The service has no call that deletes them.")
    jobs: list[str] = Field(description="At the service; they cost nothing.")


class Deletion(BaseModel):
    """A deletion: what goes, what stays, and whether it is over."""

    model: str
    state: Literal["deleting", "deleted"]
    asked: str
    ended: str | None = None
    waiting: str | None = Field(None, description="What it waits for.")
    runs: list[DeletedRun]
    kept: Kept
