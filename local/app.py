"""What a user does with a running tunedrop, over HTTP only: drop, ask for status, chat."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from local.drop import drop
from local.stack import Stack

# The set of the same name in shared/registry/state.py, of which `local` imports nothing.
RESTING = frozenset({"rejected", "serving", "asleep", "superseded", "cancelled", "failed"})
SEEN_SECONDS = 60.0  # how long a dropped blob may take to become a run


class App:
    """A client of the app behind a `Stack`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._http = httpx.Client(
            base_url=f"{stack.url}/api/",
            headers={"x-functions-key": stack.keys["default"]},
            timeout=30.0,
        )

    def drop(self, file: Path, name: str | None = None) -> list[str]:
        """Upload a dataset as `drop` does, into the storage of this stack."""
        return drop(self._stack.storage, file, name)

    def runs(self) -> list[dict[str, Any]]:
        """All runs, the newest first."""
        runs: list[dict[str, Any]] = self._get("runs")["runs"]
        return runs

    def run(self, run: str) -> dict[str, Any]:
        """One run, with its timeline."""
        return self._get(f"runs/{run}")

    def costs(self, month: str) -> dict[str, Any]:
        """What a month has cost, such as `2026-11`."""
        return self._get(f"costs?month={month}")

    def usage(self, first: str, last: str) -> dict[str, Any]:
        """Who chatted with what from one day to another, such as `2026-11-01`."""
        return self._get(f"usage?from={first}&to={last}&by=key")

    def report(self, run: str) -> dict[str, Any]:
        """Validation and evaluation of a run."""
        return self._get(f"runs/{run}/report")

    def faults(self, run: str) -> list[dict[str, Any]]:
        """The errors that a run's validation found; none if it was not validated."""
        answer = self._http.get(f"runs/{run}/report", headers={"accept": "application/json"})
        if answer.status_code == httpx.codes.NOT_FOUND:
            return []
        findings = (_json_of(answer).get("validation") or {}).get("findings", [])
        return [finding for finding in findings if finding["level"] == "error"]

    def events(self, run: str) -> dict[str, Any]:
        """The training events and the loss curve of a run."""
        return self._get(f"runs/{run}/events")

    def deployments(self) -> list[dict[str, Any]]:
        """What is deployed, the longest idle first."""
        found: list[dict[str, Any]] = self._get("deployments")["deployments"]
        return found

    def new_run(self, dataset: str, before: set[str]) -> str:
        """Wait until a dropped blob has become a run that is not among `before`.

        Raises:
            TimeoutError: if it does not.
        """
        until = time.monotonic() + SEEN_SECONDS
        while time.monotonic() < until:
            for run in self.runs():
                if run["dataset"] == dataset and run["id"] not in before:
                    return str(run["id"])
            time.sleep(0.1)
        raise TimeoutError(f"{dataset} was dropped, but no run began within {SEEN_SECONDS:.0f} s.")

    def follow(self, run: str, interval: float = 0.2) -> Iterator[dict[str, Any]]:
        """The run again and again until it rests."""
        while True:
            now = self.run(run)
            yield now
            if now["phase"] in RESTING:
                return
            time.sleep(interval)

    def chat(self, model: str, messages: list[dict[str, str]]) -> str:
        """The text that a model answers."""
        answer = self._http.post(
            "v1/chat/completions",
            json={"model": model, "messages": messages},
            headers={"authorization": f"Bearer {self._stack.client_key}"},
        )
        body = _json_of(answer)
        return str(body["choices"][0]["message"]["content"])

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _get(self, path: str) -> dict[str, Any]:
        return _json_of(self._http.get(path, headers={"accept": "application/json"}))


class AppError(Exception):
    """The app answered with an error."""


def _json_of(answer: httpx.Response) -> dict[str, Any]:
    if answer.status_code >= 400:
        raise AppError(f"{answer.request.url.path} answered {answer.status_code}: {answer.text}")
    body: dict[str, Any] = answer.json()
    return body
