"""Whether the app is set up."""

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
