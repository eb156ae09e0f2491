"""What host.json says, as far as this host follows it; the rest is named once at start."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from local.functions_host.errors import StartError
from local.functions_host.settings import resolve

_FOLLOWED = {
    "version",
    "functionTimeout",
    "extensions.http.routePrefix",
    "extensions.blobs.maxDegreeOfParallelism",
    "extensions.blobs.poisonBlobThreshold",
    "extensions.durableTask.hubName",
    "extensions.durableTask.maxConcurrentActivityFunctions",
    "extensions.durableTask.maxConcurrentOrchestratorFunctions",
}


@dataclass(frozen=True)
class HostJson:
    """The followed settings, with the real host's defaults."""

    route_prefix: str
    timeout: timedelta | None
    blob_parallelism: int
    poison_threshold: int
    hub: str
    max_activities: int
    max_orchestrators: int
    ignored: tuple[str, ...]


def read(folder: Path) -> HostJson:
    """Read host.json in the app's folder.

    Raises:
        StartError: it is missing, not JSON, of another version, or a followed value is wrong.
    """
    content = _content(folder / "host.json")
    cores = os.cpu_count() or 1
    return HostJson(
        route_prefix=str(_at(content, "extensions.http.routePrefix", "api")).strip("/"),
        timeout=_timeout(content.get("functionTimeout", "00:30:00")),
        blob_parallelism=_number(content, "extensions.blobs.maxDegreeOfParallelism", 8 * cores),
        poison_threshold=_number(content, "extensions.blobs.poisonBlobThreshold", 5),
        hub=resolve(str(_at(content, "extensions.durableTask.hubName", "TestHubName"))),
        max_activities=_number(
            content, "extensions.durableTask.maxConcurrentActivityFunctions", 10 * cores
        ),
        max_orchestrators=_number(
            content, "extensions.durableTask.maxConcurrentOrchestratorFunctions", 10 * cores
        ),
        ignored=tuple(_list_ignored_settings(content)),
    )


def _content(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise StartError(f'No host.json in {path.parent}; the least is {{"version": "2.0"}}.')
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        raise StartError(f"{path} is not JSON: {error}") from error
    version = content.get("version") if isinstance(content, dict) else None
    if version != "2.0":
        raise StartError(f'{path}: version is {version!r}; it must be "2.0".')
    return dict(content)


def _at(content: dict[str, Any], path: str, default: Any) -> Any:
    value: Any = content
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return default if value is None else value


def _number(content: dict[str, Any], path: str, default: int) -> int:
    value = _at(content, path, default)
    if not isinstance(value, int) or value < 1:
        raise StartError(
            f"host.json: {path} is {value!r}; it must be a whole number of at least 1."
        )
    return value


def _timeout(value: Any) -> timedelta | None:
    if value == "-1":
        return None
    match = re.fullmatch(r"(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})", str(value))
    if not match:
        raise StartError(
            f'host.json: functionTimeout is {value!r}; write "00:30:00", or "-1" for none.'
        )
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _list_ignored_settings(content: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """The branches in which nothing is followed, by the name of their root."""
    for key, value in content.items():
        name = prefix + key
        if isinstance(value, dict) and any(item.startswith(f"{name}.") for item in _FOLLOWED):
            yield from _list_ignored_settings(value, f"{name}.")
        # The bundle is what Azure and Core Tools load bindings from; here they are built in.
        elif name not in _FOLLOWED and name != "extensionBundle":
            yield name
