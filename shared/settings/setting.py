"""One setting: its environment name, how to read it, what it means, an example."""

from collections.abc import Callable
from dataclasses import field
from typing import Any

from shared.settings.readers import (
    address,
    client_keys,
    dollars,
    duration,
    facts_file,
    flag,
    gate,
    graders,
    positive,
    word,
)

_WANTED: dict[Callable[[str], Any], str] = {
    duration: "a number with s, m, h or d",
    flag: "true or false",
    dollars: "an amount of US dollars above 0",
    positive: "a whole number of at least 1",
    word: "a text that is not empty",
    address: "an http(s) address",
    client_keys: "name=key pairs with commas between",
    gate: "win_rate, win_rate_low, score or gain, then >= and a number; or off",
    facts_file: "the path of a file in the form of shared/models/models.toml",
    graders: "exact, contains, similarity, judge, with commas between",
}
REQUIRED = object()


def setting(
    name: str,
    read: Callable[[str], Any],
    default: Any,
    about: str,
    example: str = "",
    *,
    secret: bool = False,
) -> Any:
    """A field of a part of the settings.

    Args:
        name: Its environment name.
        read: Makes the value of a text; raises ValueError for a wrong one.
        default: The value, or the text to read, where nothing is set; REQUIRED if it must be.
        about: What it means, for the page of settings.
        example: A value, where the default is none.
        secret: Whether its value must never be shown.
    """
    shown = example or ("" if default is REQUIRED else str(default))
    data = {"name": name, "read": read, "about": about, "example": shown, "secret": secret}
    # What is secret stays out of `repr`, and with it out of logs and tracebacks.
    if default is REQUIRED:
        return field(metadata=data, repr=not secret)
    data["default"] = default
    if isinstance(default, str) and read is not word:
        return field(default_factory=lambda: read(default), metadata=data, repr=not secret)
    return field(default=default, metadata=data, repr=not secret)


def wanted(read: Callable[[str], Any]) -> str:
    """What a reader takes, in the words of an error."""
    return _WANTED.get(read) or str(read.__doc__)
