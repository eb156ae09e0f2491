"""Hosts in processes of their own, on free ports, as people start them."""

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from local.processes import Process, StartError, run_process, wait_until_ready

T = TypeVar("T")
APPS = Path(__file__).parent / "apps"
SETTINGS = {"PYTHON_ENABLE_INIT_INDEXING": "1"}


@dataclass(frozen=True)
class RunningHost:
    """A host that serves.

    Attributes:
        url: where, without a trailing slash.
        keys: its keys by name.
        process: the host's process, for tests that kill it.
        log: the file that takes its log.
        said: all of its READY line.
    """

    url: str
    keys: Mapping[str, str]
    process: Process
    log: Path
    said: Mapping[str, Any]

    def http(self, key: str | None = "default") -> httpx.Client:
        """A client for it that presents the key of that name, or none."""
        headers = {"x-functions-key": self.keys[key]} if key else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def text(self) -> str:
        """The log so far."""
        return self.log.read_text()

    def lines(self, mark: str) -> list[str]:
        """What follows `mark` in the log, a line each, in order."""
        found = [line.partition(mark) for line in self.text().splitlines()]
        return [rest for _, seen, rest in found if seen]


@contextmanager
def host(
    app: Path, state: Path, *flags: str, settings: Mapping[str, str] | None = None
) -> Iterator[RunningHost]:
    """Run `python -m local.functions_host` on an app until the block ends."""
    state.mkdir(parents=True, exist_ok=True)
    log = state / "host.log"
    command = [
        sys.executable,
        "-m",
        "local.functions_host",
        "--app",
        str(app),
        "--state",
        str(state),
    ]
    environment = {**SETTINGS, **(settings or {})}
    with run_process(
        [*command, "--port", "0", *flags], log=log, environment=environment
    ) as process:
        try:
            said = wait_until_ready(process)
        except StartError as failure:
            raise StartError(f"{failure}\n{log.read_text()}") from None
        yield RunningHost(said["url"], said["keys"], process, log, said)


def until(look: Callable[[], T], seconds: float = 120) -> T:
    """What `look` gives once it is true.

    Raises:
        AssertionError: it was not within `seconds`.
    """
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < end, f"waited {seconds} s in vain; last seen: {found!r}"
        time.sleep(0.02)
