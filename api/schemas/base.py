"""What all schemas share."""

from pydantic import BaseModel, ConfigDict


class Schema(BaseModel):
    """A JSON body.

    Its validator is built at its first use: loading the app is the cold start that users wait for.
    """

    model_config = ConfigDict(defer_build=True)


class Query(Schema):
    """The query of an endpoint; an unknown parameter is an error."""

    model_config = ConfigDict(extra="forbid")
