"""Settings: environment only, read once, typed, checked.

Each field says its environment name, how to read it, what it means and an example;
`docs/settings.md` is made from the same fields. A wrong value is a `SettingError` that names it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from shared.errors import SettingError
from shared.settings.parts.events import Events
from shared.settings.parts.making import Making
from shared.settings.parts.service import Service
from shared.settings.parts.serving import Serving
from shared.settings.parts.upkeep import Upkeep
from shared.settings.parts.waits import WaitSettings
from shared.settings.readers import facts_file
from shared.settings.setting import wanted


# Fields come in the order of the bases from the last to the first.
@dataclass(frozen=True, kw_only=True)
class Settings(WaitSettings, Events, Upkeep, Serving, Making, Service):
    """Every setting of the app. See `docs/settings.md` for the whole table."""

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read all settings.

        Raises:
            SettingError: for the first one that is missing or wrong, naming the value seen.
        """
        return cls(**dict(_read(environment)))


def _read(environment: Mapping[str, str]) -> list[tuple[str, Any]]:
    values: list[tuple[str, Any]] = []
    for one in fields(Settings):
        text = environment.get(one.metadata["name"], "").strip()
        if text:
            values.append((one.name, _parse(one.metadata, text)))
        elif "default" not in one.metadata:
            raise SettingError(
                one.metadata["name"], None, wanted(one.metadata["read"]), one.metadata["example"]
            )
    return values


def _parse(about: Mapping[str, Any], text: str) -> Any:
    try:
        return about["read"](text)
    except ValueError as error:
        seen = "(hidden)" if about["secret"] else text
        expected = wanted(about["read"])
        if about["read"] is facts_file:
            expected += f" ({error})"
        raise SettingError(about["name"], seen, expected, about["example"]) from None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read from the environment at the first call."""
    return Settings.read(os.environ)
