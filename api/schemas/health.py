"""Whether the app is set up."""

from pydantic import Field

from api.schemas.base import Schema


class SettingFault(Schema):
    """A setting that is missing or wrong."""

    setting: str
    message: str


class Health(Schema):
    """Whether the app is set up."""

    ok: bool
    version: str
    faults: list[SettingFault]


class Process(Schema):
    """The worker process that answered; an app has several."""

    memory_mb: float | None = Field(None, description="In use now, in MB of 1,000,000 bytes.")
    requests: int = Field(description="HTTP requests since its start.")
    open_invocations: int | None = Field(
        None,
        description="HTTP requests that are not answered yet, this one included; absent where the "
        "worker does not say, as on a laptop.",
    )


class HealthDetails(Health):
    """Whether the app is set up, and how the process is doing."""

    process: Process
