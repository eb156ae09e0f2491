"""All settings that are missing or wrong at once; `Settings.read` stops at the first."""

from collections.abc import Mapping
from dataclasses import fields

from shared.errors import SettingError
from shared.settings.table import Settings


def faults(environment: Mapping[str, str]) -> list[SettingError]:
    """What is wrong with the settings in `environment`, in the order of the table."""
    required = {
        one.metadata["name"]: one.metadata["example"]
        for one in fields(Settings)
        if "default" not in one.metadata
    }
    rest = dict(environment)
    found: list[SettingError] = []
    while (fault := _first(rest)) is not None:
        found.append(fault)
        rest[fault.name] = required.get(fault.name, "")
    return found


def _first(environment: Mapping[str, str]) -> SettingError | None:
    try:
        Settings.read(environment)
    except SettingError as error:
        return error
    return None
