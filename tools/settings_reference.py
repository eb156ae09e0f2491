"""`docs/settings.md` and `local.settings.json.example`, made from the table of settings.

Run `python -m tools.settings_reference` after a change of the table; a test compares.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from shared.settings.table import Settings

ROOT = Path(__file__).parent.parent
_HEAD = """# Settings

Environment only: app settings in Azure, `local.settings.json` on a laptop.
They are read once; a wrong one is an error that names it.
`GET health` names all that are wrong.
Durations are a number with `s`, `m`, `h` or `d`. An empty value is the same as none.
This page is made from `shared/settings/parts` by `python -m tools.settings_reference`.
"""


@dataclass(frozen=True)
class _Outer:
    """A setting that the Functions platform reads, or the app before its own are read.

    One without a `local` value is none of a laptop's.
    """

    name: str
    about: str
    local: str | None = None
    example: str = ""

    @property
    def shown(self) -> str:
        """An example."""
        return self.local or self.example


_PLATFORM = (
    _Outer(
        "AzureWebJobsStorage",
        "The storage account of the host and of the app: datasets, reports, registry.",
        "UseDevelopmentStorage=true",
    ),
    _Outer(
        "AzureWebJobsStorage__accountName",
        "In its place, to use the app's identity: better in Azure. "
        "`AzureWebJobsStorage__blobServiceUri`, `__queueServiceUri` and `__tableServiceUri` "
        "name addresses of their own instead.",
        example="mystorage",
    ),
    _Outer(
        "AzureWebJobsStorage__clientId",
        "The user-assigned identity for storage. Unset: that of `AZURE_CLIENT_ID`, else the app's "
        "own.",
        example="00000000-0000-0000-0000-000000000000",
    ),
    _Outer(
        "AZURE_CLIENT_ID",
        "The user-assigned identity for the resource, Resource Manager and Monitor. Unset: the "
        "app's own.",
        example="00000000-0000-0000-0000-000000000000",
    ),
    _Outer(
        "IDENTITY_ENDPOINT",
        "Where tokens for the app's identity come from, with `IDENTITY_HEADER`. Azure sets both by "
        "itself; on a laptop they name the emulator's.",
        "http://127.0.0.1:8081/msi/token",
    ),
    _Outer("IDENTITY_HEADER", "See `IDENTITY_ENDPOINT`. Secret.", "local"),
    _Outer(
        "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT",
        "Bytes that a request may have; 104857600 without it.",
        example="104857600",
    ),
    _Outer("FUNCTIONS_WORKER_RUNTIME", "Always `python`.", "python"),
    _Outer(
        "PYTHON_ENABLE_INIT_INDEXING",
        "Always `1`: without it every HTTP call hangs on Python 3.12 and older.",
        "1",
    ),
    _Outer(
        "PYTHON_THREADPOOL_THREAD_COUNT",
        "Threads of a worker. Orchestrators share them with activities, of which `host.json` "
        "allows 6, so keep it well above.",
        "24",
    ),
    _Outer(
        "DATASETS_SOURCE",
        "How the app learns of dropped datasets: `LogsAndContainerScan` (the default), or "
        "`EventGrid`, the only one that Flex Consumption knows.",
        "LogsAndContainerScan",
    ),
    _Outer(
        "RETIRE_SCHEDULE",
        "When idle deployments are looked for, in UTC; six fields, seconds first.",
        "0 0 3 * * *",
    ),
)
# What the local stand-in wants beside the examples of the table.
_LOCAL = {
    "AZURE_OPENAI_ENDPOINT": "http://127.0.0.1:8081",
    "ARM_ENDPOINT": "http://127.0.0.1:8081",
    "AZURE_METRICS_ENDPOINT": "http://127.0.0.1:8081",
    "CLIENT_KEYS": "local=change-me",
}


def page() -> str:
    """The text of `docs/settings.md`."""
    rows = [_row(one.metadata) for one in fields(Settings)]
    outer = [f"| `{one.name}` | {one.about} | `{one.shown}` |" for one in _PLATFORM]
    parts = [
        _HEAD,
        "## The app's own",
        "",
        "| setting | meaning | default | example |",
        "| --- | --- | --- | --- |",
        *rows,
        "",
        "## The platform's",
        "",
        "| setting | meaning | example |",
        "| --- | --- | --- |",
        *outer,
    ]
    return "\n".join(parts) + "\n"


def local_example() -> str:
    """The text of `local.settings.json.example`: every setting, for the local stand-in."""
    outer = {one.name: one.local for one in _PLATFORM if one.local is not None}
    values = outer | dict(_own()) | _LOCAL
    return json.dumps({"IsEncrypted": False, "Values": values}, indent=2) + "\n"


def _own() -> Iterator[tuple[str, str]]:
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
