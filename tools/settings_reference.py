"""Generates `docs/settings.md` and `local.settings.json.example` from the table of settings.

Run `python -m tools.settings_reference` after a change of the settings; a test compares.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from shared.settings.table import Settings

ROOT = Path(__file__).parent.parent
_HEAD = """# Settings

tunedrop is configured by environment variables: app settings in Azure, `local.settings.json` on a
laptop. They are read once, at start. An invalid value is an error that names the setting and gives
an example; `GET health/details` lists all that are invalid.
A duration is a number followed by `s`, `m`, `h` or `d`. An empty value is the same as an unset
variable.

This page is generated from `shared/settings` by `python -m tools.settings_reference`.
"""


@dataclass(frozen=True)
class _Variable:
    """A variable that the Functions platform reads, or the app before it reads its settings.

    Without a `local` value it is not part of `local.settings.json.example`.
    """

    name: str
    about: str
    local: str | None = None
    example: str = ""


_PLATFORM = (
    _Variable(
        "AzureWebJobsStorage",
        "The storage account of the Functions host and of the app (datasets, reports, registry), "
        "as a connection string.",
        "UseDevelopmentStorage=true",
    ),
    _Variable(
        "AzureWebJobsStorage__accountName",
        "The same by name, to sign in with the app's managed identity. Recommended in Azure. "
        "`AzureWebJobsStorage__blobServiceUri`, `__queueServiceUri` and `__tableServiceUri` "
        "replace it if the addresses are not the default ones.",
        example="mystorage",
    ),
    _Variable(
        "AzureWebJobsStorage__clientId",
        "The client id of the user-assigned identity for storage. Unset: that of "
        "`AZURE_CLIENT_ID`, else the system-assigned identity.",
        example="00000000-0000-0000-0000-000000000000",
    ),
    _Variable(
        "AZURE_CLIENT_ID",
        "The client id of the user-assigned identity for Azure OpenAI, Resource Manager and "
        "Monitor. Unset: the system-assigned identity.",
        example="00000000-0000-0000-0000-000000000000",
    ),
    _Variable(
        "IDENTITY_ENDPOINT",
        "Where the app gets tokens for its identity, together with `IDENTITY_HEADER`. Azure sets "
        "both; on a laptop they point to the emulator.",
        "http://127.0.0.1:8081/msi/token",
    ),
    _Variable("IDENTITY_HEADER", "See `IDENTITY_ENDPOINT`. Secret.", "local"),
    _Variable(
        "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT",
        "The largest request body in bytes. Unset: 104857600.",
        example="104857600",
    ),
    _Variable("FUNCTIONS_WORKER_RUNTIME", "Must be `python`.", "python"),
    _Variable(
        "PYTHON_ENABLE_INIT_INDEXING",
        "Must be `1`: without it HTTP requests hang on Python 3.12 and older.",
        "1",
    ),
    _Variable(
        "PYTHON_THREADPOOL_THREAD_COUNT",
        "Threads of a worker process. Orchestrators share them with activities, of which "
        "`host.json` allows 6 at a time, so it must be well above 6.",
        "24",
    ),
    _Variable(
        "DATASETS_SOURCE",
        "How the app finds new datasets: `LogsAndContainerScan` (the default) or `EventGrid`. "
        "Flex Consumption supports `EventGrid` only.",
        "LogsAndContainerScan",
    ),
    _Variable(
        "RETIRE_SCHEDULE",
        "When idle deployments are checked: an NCRONTAB expression with six fields, in UTC.",
        "0 0 3 * * *",
    ),
)
# What the local emulator needs beside the examples of the table.
_LOCAL = {
    "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:8081",
    "ARM_ENDPOINT": "http://127.0.0.1:8081",
    "CLIENT_KEYS": "local=change-me",
}


def page() -> str:
    """The text of `docs/settings.md`."""
    platform = [
        f"| `{one.name}` | {one.about} | `{one.local or one.example}` |" for one in _PLATFORM
    ]
    lines = [
        _HEAD,
        *(line for section in reversed(Settings.__bases__) for line in _section(section)),
        "## Platform",
        "",
        "Variables that the Functions host and the Azure SDKs read.",
        "",
        "| variable | meaning | example |",
        "| --- | --- | --- |",
        *platform,
    ]
    return "\n".join(lines) + "\n"


def local_example() -> str:
    """The text of `local.settings.json.example`: every setting, for the local emulator."""
    platform = {one.name: one.local for one in _PLATFORM if one.local is not None}
    values = platform | dict(_defaults()) | _LOCAL
    return json.dumps({"IsEncrypted": False, "Values": values}, indent=2) + "\n"


def _section(section: type) -> list[str]:
    names = section.__annotations__
    rows = [_row(one.metadata) for one in fields(Settings) if one.name in names]
    return [
        f"## {section.__name__}",
        "",
        str(section.__doc__),
        "",
        "| setting | meaning | default | example |",
        "| --- | --- | --- | --- |",
        *rows,
        "",
    ]


def _defaults() -> Iterator[tuple[str, str]]:
    for one in fields(Settings):
        default = one.metadata.get("default", one.metadata["example"])
        yield one.metadata["name"], "" if default is None else str(default)


def _row(about: Any) -> str:
    default = about.get("default", "**required**")
    if "default" in about:
        default = "unset" if default in (None, "") else f"`{default}`"
    secret = " Secret." if about["secret"] else ""
    return f"| `{about['name']}` | {about['about']}{secret} | {default} | `{about['example']}` |"


if __name__ == "__main__":
    (ROOT / "docs" / "settings.md").write_text(page())
    (ROOT / "local.settings.json.example").write_text(local_example())
