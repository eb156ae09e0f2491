"""Deleting a model."""

from typing import Literal

from pydantic import Field

from api.schemas.base import Query, Schema


class DeleteQuery(Query):
    """The query of `DELETE models/{name}`."""

    confirm: str | None = Field(None, description="The name of the model, as a confirmation.")


class DeletedRun(Schema):
    """What goes with a version of the model."""

    run: str
    deployment: str | None = None
    files: list[str] = Field(description="Ids at the service.")


class RemainingResources(Schema):
    """What stays."""

    datasets: list[str] = Field(description="Blobs in the container `datasets`.")
    reports: list[str] = Field(description="Folders in the container `reports`.")
    tuned_models: list[str] = Field(description="The service has no API to delete them.")
    jobs: list[str] = Field(description="Remain at the service, at no cost.")


class Deletion(Schema):
    """A deletion: what goes, what stays, and whether it is over."""

    model: str
    state: Literal["deleting", "deleted"]
    asked: str
    ended: str | None = None
    waiting: str | None = Field(None, description="What it is waiting for.")
    runs: list[DeletedRun]
    kept: RemainingResources
