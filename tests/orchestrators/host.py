"""A host with the real orchestrators, scripted activities and a virtual clock."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import httpx

from shared.runs.orchestration import OrchestrationState, Outcome, PollPolicy, RunRef
from tests.local.functions_host.running import RunningHost, until

APP = Path(__file__).parent / "app"
ENDED = ("Completed", "Failed", "Terminated")
INSTANCES = "/runtime/webhooks/durabletask"
POLICY = PollPolicy(first_delay=60.0, max_delay=600.0, polls_per_generation=10)

Script = Mapping[str, Any]
_numbers = count()


@dataclass(frozen=True)
class Call:
    """A call of an activity: its name, its virtual time in seconds, its payload."""

    name: str
    at: float
    payload: dict[str, Any]


class Stage:
    """Starts orchestrations and reads what they did."""

    def __init__(self, host: RunningHost, folder: Path) -> None:
        self._http = httpx.Client(
            base_url=host.url, headers={"x-functions-key": host.keys["master"]}, timeout=60
        )
        self._scripts = folder / "scripts"
        self._database = folder / "state" / "durable.db"

    def start(
        self,
        script: Script | None = None,
        *,
        policy: PollPolicy = POLICY,
        orchestrator: str = "fine_tune",
        **state: Any,
    ) -> str:
        """Start an orchestration over scripted activities; return its instance id."""
        run = f"play-{next(_numbers):010x}"
        self.write(run, script or {})
        given = OrchestrationState(ref=RunRef(run=run, model="play"), policy=policy, **state)
        address = f"{INSTANCES}/orchestrators/{orchestrator}/{run}"
        self._http.post(address, json=given.to_dict()).raise_for_status()
        return run

    def write(self, run: str, script: Script) -> None:
        """Put down what the activities of a run answer."""
        (self._scripts / f"{run}.json").write_text(json.dumps(script))

    def final_status(self, run: str, seconds: float = 60) -> dict[str, Any]:
        """The status of an instance once it has ended."""
        found = until(lambda: self._final_status(run), seconds)
        assert found is not None
        return found

    def waiting_status(self, run: str, event: str) -> dict[str, Any]:
        """The custom status of an instance once it waits for that event."""
        found = until(lambda: self._waiting_status(run, event))
        assert found is not None
        return found

    def outcome(self, run: str, seconds: float = 60) -> Outcome:
        """The outcome that a run ended with."""
        status = self.final_status(run, seconds)
        assert status["runtimeStatus"] == "Completed", status
        return Outcome.from_dict(status["output"])

    def status(self, run: str, **query: str) -> dict[str, Any]:
        """The status of an instance as the management API gives it."""
        answer = self._http.get(f"{INSTANCES}/instances/{run}", params=query)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    def events(self, run: str) -> int:
        """How many events the history of the present generation has.

        Counted where the engine keeps them: the management API shows pairs of them as one.
        """
        with closing(sqlite3.connect(f"file:{self._database}?mode=ro", uri=True)) as database:
            query = "SELECT COUNT(*) FROM history WHERE instance = ?"
            return int(database.execute(query, (run,)).fetchone()[0])

    def raise_event(self, run: str, name: str) -> None:
        """Raise an external event."""
        address = f"{INSTANCES}/instances/{run}/raiseEvent/{name}"
        self._http.post(address, json={}).raise_for_status()

    def clock(self, **move: object) -> None:
        """Pause, release or advance the virtual clock."""
        self._http.post("/admin/host/clock", json=move).raise_for_status()

    def calls(self, run: str, name: str | None = None) -> list[Call]:
        """The calls of activities, in order."""
        log = self._scripts / f"{run}.log"
        lines = log.read_text().splitlines() if log.exists() else []
        found = [Call(**json.loads(line)) for line in lines]
        return [call for call in found if name in (None, call.name)]

    def names(self, run: str) -> list[str]:
        """The names of the activities that were called, in order."""
        return [call.name for call in self.calls(run)]

    def gaps(self, run: str, name: str) -> list[float]:
        """Virtual seconds between two calls of an activity."""
        times = [call.at for call in self.calls(run, name)]
        return [later - earlier for earlier, later in pairwise(times)]

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _final_status(self, run: str) -> dict[str, Any] | None:
        status = self.status(run)
        return status if status["runtimeStatus"] in ENDED else None

    def _waiting_status(self, run: str, event: str) -> dict[str, Any] | None:
        status: dict[str, Any] | None = self.status(run)["customStatus"]
        return status if status and status.get("event") == event else None


def wait(code: str = "busy", message: str = "It is busy.", **more: object) -> dict[str, object]:
    """An entry that waits."""
    return {"result": "wait", "code": code, "message": message, **more}


def refuse(code: str = "no", message: str = "It says no.") -> dict[str, object]:
    """An entry that refuses."""
    return {"result": "refused", "code": code, "message": message, "hint": "See the log."}


DONE: dict[str, object] = {"result": "done"}
