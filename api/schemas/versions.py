"""Models and their versions."""

from pydantic import Field

from api.schemas.base import Query, Schema


class PromoteQuery(Query):
    """The query of `POST models/{name}/promote`."""

    run: str = Field(min_length=1, max_length=100, description="The version to promote.")


class Switch(Schema):
    """Which version a name points to, after somebody chose one."""

    model: str
    active: str | None = Field(None, description="The run that the name points to.")
    previous: str | None = Field(None, description="The previous run, which a rollback activates.")
    wanted: str | None = Field(
        None, description="The run that is being woken; the name is switched when it answers."
    )
    message: str
