"""Settings: from the environment only, read once, typed and checked.

Each field has its environment variable, reader, meaning and example; `docs/settings.md` is
generated from the same fields. An invalid value is a `SettingError` that names it.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from shared.errors import SettingError
from shared.settings.azure import Azure
from shared.settings.budgets import Budgets
from shared.settings.chat import Chat
from shared.settings.deployments import Deployments
from shared.settings.evaluation import Evaluation
from shared.settings.notifications import Notifications
from shared.settings.polling import Polling
from shared.settings.readers import facts_file, price_table
from shared.settings.setting import expected_form
from shared.settings.storage import Storage
from shared.settings.training import Training


# Fields come in the order of the bases from the last to the first.
@dataclass(frozen=True, kw_only=True)
class Settings(
    Polling, Notifications, Budgets, Chat, Evaluation, Deployments, Training, Storage, Azure
):
    """Every setting of the app. See `docs/settings.md` for the whole table."""

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Read all settings.

        Raises:
            SettingError: for the first one that is missing or invalid, naming the value seen.
        """
        return cls(**dict(_read(environment)))


def _read(environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for one in fields(Settings):
        about = one.metadata
        text = environment.get(about["name"], "").strip()
        if text:
            yield one.name, _parse(about, text)
        elif "default" not in about:
            expected = expected_form(about["read"])
            raise SettingError(about["name"], None, expected, about["example"])


def _parse(about: Mapping[str, Any], text: str) -> Any:
    try:
        return about["read"](text)
    except ValueError as error:
        seen = "(hidden)" if about["secret"] else text
        expected = expected_form(about["read"])
        if about["read"] in (facts_file, price_table):
            expected += f" ({error})"
        raise SettingError(about["name"], seen, expected, about["example"]) from None


def setting_errors(environment: Mapping[str, str]) -> list[SettingError]:
    """Every setting in `environment` that is missing or invalid, in the order of the table.

    `Settings.read` stops at the first one.
    """
    required = {
        one.metadata["name"]: one.metadata["example"]
        for one in fields(Settings)
        if "default" not in one.metadata
    }
    rest = dict(environment)
    errors: list[SettingError] = []
    while (error := _first_error(rest)) is not None:
        errors.append(error)
        rest[error.name] = required.get(error.name, "")
    return errors


def _first_error(environment: Mapping[str, str]) -> SettingError | None:
    try:
        Settings.read(environment)
    except SettingError as error:
        return error
    return None


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read from the environment at the first call."""
    return Settings.read(os.environ)
