"""Models and their versions."""

from pydantic import BaseModel, ConfigDict, Field


class PromoteQuery(BaseModel):
    """The query of `POST models/{name}/promote`."""

    model_config = ConfigDict(extra="forbid")

    run: str = Field(min_length=1, max_length=100, description="The version to put in front.")


class Switch(BaseModel):
    """Which version a name points to, after somebody chose one."""

    model: str
    active: str | None = Field(None, description="The run that answers for the name.")
    previous: str | None = Field(None, description="The run before it, which rollback puts back.")
    wanted: str | None = Field(
        None, description="The run that is being woken; the name is switched when it answers."
    )
    message: str
