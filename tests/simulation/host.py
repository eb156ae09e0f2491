"""The host that each run has for itself, in a world of its own."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from local.processes import free_port
from local.stack import laptop_settings
from tests.journeys.place import CLIENT_KEY, KEYS, UNMEASURED
from tests.listener import Listener
from tests.simulation.services import Services
from tests.simulation.story import Fault, Story

START_SECONDS = 60.0
LEAVING_SECONDS = 5.0
#: Waits of production, so that a run takes hours of virtual time and many looks; a line is held in
#: real time.
WAITS = {
    "POLL_FIRST": "5s",
    "POLL_MAX": "10m",
    "CLAIM_AGE": "2m",
    "LAST_USED_EVERY": "60s",
    "WAIT_LIMIT": "90s",
}


class HostDown(Exception):  # noqa: N818  what a story asks for, no error of ours
    """The host died, or was dead, when it was asked."""


class Host:
    """The host of one run: started, killed and started again on the same state.

    Attributes:
        folder: Its state, log and journal.
        receiver: Receives its notifications; None if nobody does.
        starts: How often it was started.
    """

    def __init__(
        self, services: Services, story: Story, folder: Path, receiver: Listener | None
    ) -> None:
        self._services = services
        self.folder = folder
        self.receiver = receiver
        self.storage = services.storage.fresh()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.starts = 0
        self._pid = 0
        self._faults = folder / "faults.json"
        self._environment = {
            **os.environ,
            **UNMEASURED,
            **laptop_settings(services.emulator.url, CLIENT_KEY),
            **WAITS,
            **services.settings,
            **story.world.environment(folder, receiver),
            "DATASETS_SOURCE": story.source,
            "CLOCK_FILE": str(services.clock),
            "LOCAL_HOST_FAULTS": str(self._faults),
        }
        self.http = httpx.Client(base_url=self.url, timeout=120.0, trust_env=False)

    def plan(self, faults: Sequence[Fault], holds: Sequence[Mapping[str, Any]]) -> None:
        """What goes wrong in it from its next start on."""
        kinds = {"crash", "fail", "duplicate"}
        plan = {kind: [f.rule for f in faults if f.kind == kind] for kind in sorted(kinds)}
        self._faults.write_text(json.dumps({**plan, "hold": list(holds)}))

    def alive(self) -> bool:
        """Whether its process runs."""
        if not self._pid:
            return False
        try:
            os.kill(self._pid, 0)
        except ProcessLookupError:
            return False
        return True

    def ensure(self) -> None:
        """Start it, again and again if it dies of a fault before it serves."""
        for _ in range(30):
            if self.alive() or self._start():
                return
        raise AssertionError(f"the host does not come up:\n{self.log()[-3000:]}")

    def kill(self) -> None:
        """End it as a power failure does."""
        if self.alive():
            os.kill(self._pid, signal.SIGKILL)
            until = time.monotonic() + START_SECONDS
            while self.alive() and time.monotonic() < until:
                time.sleep(0.001)

    def wait_for_its_end(self) -> None:
        """Wait until a host that stopped answering has ended, which takes milliseconds."""
        until = time.monotonic() + LEAVING_SECONDS
        while self.alive() and time.monotonic() < until:
            time.sleep(0.002)

    def close(self) -> None:
        """End it, and every connection to it."""
        self.kill()
        self.http.close()

    def ask(self, method: str, path: str, key: str = "master", **about: Any) -> httpx.Response:
        """One request.

        Raises:
            HostDown: It did not answer, because it was killed.
        """
        headers = {"x-functions-key": KEYS[key], **about.pop("headers", {})}
        try:
            return self.http.request(method, path, headers=headers, **about)
        except httpx.TransportError as error:
            raise HostDown(str(error)) from error

    def now(self) -> datetime:
        """What time it is for the app, virtually."""
        offset = float(self._services.clock.read_text() or 0)
        return datetime.now(UTC) + timedelta(seconds=offset)

    def log(self) -> str:
        """Everything that it wrote."""
        file = self.folder / "host.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def _start(self) -> bool:
        self.starts += 1
        said = self.folder / f"ready-{self.starts}"
        keys = ",".join(f"{name}={key}" for name, key in KEYS.items())
        arguments = ["--app", str(self._services.app), "--port", str(self.port), "--keys", keys]
        arguments += ["--storage", self.storage, "--state", str(self.folder / "state")]
        arguments += [
            "--blob-interval",
            "0.05",
            "--clock",
            "virtual",
            "--paused",
            "--grace",
            "0.003",
        ]
        self._pid = self._services.fork(
            {
                "arguments": arguments,
                "environment": self._environment,
                "ready": str(said),
                "log": str(self.folder / "host.log"),
            }
        )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.alive():
            if said.exists() and "\n" in said.read_text():
                return True
            time.sleep(0.005)
        return False


def _until_noon() -> float:
    """Seconds until the next noon in UTC: each run begins at that time of the virtual day."""
    now = datetime.now(UTC)
    noon = now.replace(hour=12, minute=0, second=0, microsecond=0)
    return ((noon - now) % timedelta(days=1)).total_seconds()


@contextmanager
def host(services: Services, story: Story, number: int) -> Iterator[Host]:
    """An empty world and a host in it: a new storage account, a reset emulator, time at noon."""
    folder = services.folder / f"run-{number}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    services.clock.write_text(str(_until_noon()))
    services.emulator.control("reset")
    services.emulator.control("transitions", story.transitions)
    for fault in story.faults:
        if fault.kind == "service":
            services.emulator.control("faults", fault.rule)
    with story.world.receiver() as receiver:
        here = Host(services, story, folder, receiver)
        try:
            yield here
        finally:
            here.close()
            shutil.rmtree(folder, ignore_errors=True)
