"""Whether the app is set up."""

from pydantic import BaseModel


class SettingFault(BaseModel):
    """A setting that is missing or wrong."""

    setting: str
    message: str


class Health(BaseModel):
    """Whether the app is set up."""

    ok: bool
    version: str
    faults: list[SettingFault]
