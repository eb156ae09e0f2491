"""The command line of the host."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from local.functions_host.clock import GRACE
from local.functions_host.errors import StartError


@dataclass(frozen=True)
class Options:
    """What `python -m local.functions_host` was asked to do."""

    app: Path
    port: int
    storage: str | None
    state: Path
    virtual: bool
    paused: bool
    grace: float
    setting: dict[str, str]
    keys: dict[str, str]
    blob_interval: float
    log_requests: bool


def read(arguments: Sequence[str] | None = None) -> Options:
    """Read the command line; wrong use ends the process with argparse's message and code 2."""
    given = parser().parse_args(arguments)
    return Options(
        app=given.app.resolve(),
        port=given.port,
        storage=given.storage,
        state=given.state.resolve(),
        virtual=given.clock == "virtual",
        paused=given.paused,
        grace=given.grace,
        setting=dict(_pair(item, "--setting") for item in given.setting),
        keys=dict(_pair(item, "--keys") for item in given.keys.split(",") if item),
        blob_interval=given.blob_interval,
        log_requests=given.log_requests,
    )


def parser() -> argparse.ArgumentParser:
    """The command line; `local/functions_host/README.md` has a row for each flag."""
    made = argparse.ArgumentParser(
        prog="python -m local.functions_host",
        description="Run an Azure Functions app (Python, v2 model) on 127.0.0.1.",
    )
    add = made.add_argument
    add("--app", type=Path, required=True, metavar="DIR", help="folder of function_app.py")
    add("--port", type=int, default=7071, help="0 = any free one; default 7071")
    add("--storage", metavar="CONNECTION", help="connection string for AzureWebJobsStorage")
    add("--state", type=Path, required=True, metavar="DIR", help="where keys and runs are kept")
    add("--clock", choices=("real", "virtual"), default="real")
    add("--grace", type=float, default=GRACE, metavar="SECONDS", help="idle before a jump")
    add(
        "--paused",
        action="store_true",
        help="start with the virtual clock paused",
    )
    add("--setting", action="append", default=[], metavar="NAME=VALUE", help="beats all others")
    add("--keys", default="", metavar="master=K,default=K,NAME=K", help="default: made and kept")
    add("--blob-interval", type=float, default=1.0, metavar="SECONDS", help="between blob scans")
    add("--log-requests", action="store_true", help="a line in the log for each HTTP request")
    return made


def _pair(text: str, flag: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise StartError(f"{flag} {text!r}: write NAME=VALUE.")
    return name, value
