"""The app's settings, in the real host's order: command line, environment, local.settings.json."""

import json
import os
import re
import socket
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.functions_host.errors import StartError

STORAGE = "AzureWebJobsStorage"
# In the real host's spelling, which is not all capitals.
_ROOT = "AzureWebJobsScriptRoot"
_HOST_ID = "AzureFunctionsWebHost__hostId"


def apply(folder: Path, chosen: Mapping[str, str], storage: str | None) -> None:
    """Put the app's settings into the environment of this process, where apps read them.

    Args:
        folder: the app's folder; its local.settings.json is read if there is one.
        chosen: settings from the command line; they beat everything.
        storage: connection string for AzureWebJobsStorage; beats the environment and the file.

    Raises:
        StartError: the file is not JSON, is encrypted, or holds a value that is no text.
    """
    for name, value in _from_file(folder / "local.settings.json"):
        os.environ.setdefault(name, value)
    os.environ.setdefault("FUNCTIONS_WORKER_RUNTIME", "python")
    os.environ.setdefault("FUNCTIONS_EXTENSION_VERSION", "~4")
    os.environ.setdefault("AZURE_FUNCTIONS_ENVIRONMENT", "Development")
    os.environ[_ROOT] = str(folder)
    if storage:
        os.environ[STORAGE] = storage
    os.environ.update(chosen)
    if (runtime := os.environ["FUNCTIONS_WORKER_RUNTIME"]) != "python":
        raise StartError(
            f"FUNCTIONS_WORKER_RUNTIME is {runtime!r}; this host runs Python apps: set 'python'."
        )


def resolve(text: str) -> str:
    """The text with each `%NAME%` replaced by that setting.

    Raises:
        StartError: a setting it names does not exist.
    """
    return re.sub(r"%([^%]+)%", lambda match: _setting(match[1], text), text)


def connection_string(name: str | None) -> str:
    """The connection string that a binding's `connection` names (default AzureWebJobsStorage).

    The prefix AzureWebJobs may be left out in the binding, as in Azure.

    Raises:
        StartError: there is no such setting.
    """
    wanted = name or STORAGE
    found = os.environ.get(wanted) or os.environ.get(f"AzureWebJobs{wanted}")
    if not found:
        raise StartError(
            f"No connection string in the setting {wanted}: give --storage CONNECTION, or set it. "
            "With Azurite: UseDevelopmentStorage=true. (Identity-based connections work in Azure "
            "only.)"
        )
    return found


def number(name: str, default: int) -> int:
    """A setting that is a whole number, or the default if it is not set.

    Raises:
        StartError: it is something else.
    """
    text = os.environ.get(name, str(default)).strip()
    if not text.isdigit():
        raise StartError(f"{name} is {text!r}; it must be a whole number such as {default}.")
    return int(text)


def host_id(folder: Path) -> str:
    """The id under which storage keeps this host's receipts and schedules.

    `AzureFunctionsWebHost__hostId` overrides it; else it is made from machine and folder, as
    Core Tools do, so that two apps on one machine do not share receipts.
    """
    chosen = os.environ.get(_HOST_ID)
    if chosen:
        return chosen.lower()[:32]
    machine = re.sub(r"[^a-z0-9]", "", socket.gethostname().lower())[:21] or "laptop"
    return f"{machine}-{zlib.crc32(str(folder).encode()) % 10**9}"


def _setting(name: str, text: str) -> str:
    if name not in os.environ:
        raise StartError(f"{text!r} names the setting {name}, which is not set.")
    return os.environ[name]


def _from_file(path: Path) -> list[tuple[str, str]]:
    if not path.is_file():
        return []
    try:
        content: dict[str, Any] = json.loads(path.read_text("utf-8-sig"))
        values = content.get("Values", {}).items()
    except (ValueError, AttributeError) as error:
        raise StartError(
            f"{path} is not a settings file (JSON with an object Values): {error}"
        ) from error
    if content.get("IsEncrypted"):
        raise StartError(f"{path} is encrypted: run 'func settings decrypt' first.")
    wrong = [name for name, value in values if not isinstance(value, str)]
    if wrong:
        raise StartError(f"{path}: the value of {wrong[0]} must be a text in quotes, as in Azure.")
    return list(values)
