"""One setting: its environment name, how to read it, what it means, an example."""

from collections.abc import Callable
from dataclasses import field
from typing import Any

from shared.settings.readers import (
    address,
    address_or_off,
    chat_fields,
    client_keys,
    dollars,
    domain,
    duration,
    facts_file,
    flag,
    gate,
    graders,
    non_empty,
    positive,
    price_table,
    receiver,
)

_FORMS: dict[Callable[[str], Any], str] = {
    duration: "a number with s, m, h or d",
    flag: "true or false",
    dollars: "an amount of US dollars above 0",
    positive: "a whole number of at least 1",
    non_empty: "a text that is not empty",
    address: "an http(s) address",
    domain: "the name of a domain",
    receiver: "an https address (http on this machine only) that is not link-local",
    address_or_off: "an http(s) address, or off",
    chat_fields: "one or more of data_sources, n, service_tier, store, web_search_options, "
    "separated by commas",
    client_keys: "name=key pairs, separated by commas",
    gate: "win_rate, win_rate_low, score or gain, followed by >= and a number; or off",
    facts_file: "the path of a file with the structure of shared/models/models.toml",
    price_table: "the path of a file of prices (TOML), a table for each base model",
    graders: "one or more of exact, contains, similarity, tool_call, judge, separated by commas",
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
    """A field of one of the dataclasses of settings.

    Args:
        name: The name of the environment variable.
        read: Returns the value for a text; raises ValueError for an invalid one.
        default: The value, or the text to read, if the variable is not set; REQUIRED if it must
            be set.
        about: What it means, for `docs/settings.md`.
        example: A valid value; the default if left out.
        secret: Whether the value must never be shown.
    """
    sample = example or ("" if default is REQUIRED else str(default))
    data = {"name": name, "read": read, "about": about, "example": sample, "secret": secret}
    # What is secret stays out of `repr`, and with it out of logs and tracebacks.
    if default is REQUIRED:
        return field(metadata=data, repr=not secret)
    data["default"] = default
    if isinstance(default, str) and read is not non_empty:
        return field(default_factory=lambda: read(default), metadata=data, repr=not secret)
    return field(default=default, metadata=data, repr=not secret)


def expected_form(read: Callable[[str], Any]) -> str:
    """What a reader accepts, as the end of a message: "it must be ..."."""
    return _FORMS.get(read) or str(read.__doc__)
