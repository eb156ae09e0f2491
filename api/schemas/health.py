"""Whether the app is set up."""

from pydantic import Field

from api.schemas.base import Schema


class Health(Schema):
    """Whether the app runs. Anybody may ask, so what is wrong stands in `health/details`."""

    ok: bool


class SettingFault(Schema):
    """A setting that is missing or wrong."""

    setting: str
    message: str


class Process(Schema):
    """The worker process that answered; an app has several."""

    memory_mb: float | None = Field(None, description="In use now, in MB of 1,000,000 bytes.")
    requests: int = Field(description="HTTP requests since its start.")
    open_invocations: int | None = Field(
        None,
        description="HTTP requests that are not answered yet, this one included; absent where the "
        "worker does not say, as on a laptop.",
    )


class DailyRound(Schema):
    """When the daily round ran, which checks idle deployments and resumes what was lost."""

    started: str | None = Field(None, description="When one started last.")
    ended: str | None = Field(None, description="When one ended last.")
    due: str = Field(description="When the next one should start.")
    overdue: bool = Field(
        description="Whether it is two hours late; this call begins it in that case."
    )


class HealthDetails(Health):
    """Whether the app is set up, how the process is doing, and when the daily round ran."""

    version: str
    faults: list[SettingFault] = Field(description="Settings that are missing or invalid.")
    process: Process
    daily_round: DailyRound | None = Field(
        None, description="Absent if a setting is wrong, or storage does not answer."
    )
