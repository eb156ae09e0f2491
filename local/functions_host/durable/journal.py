"""A journal of what passes between the engine and the app, for whoever wants to look or compare.

The environment variable `LOCAL_HOST_JOURNAL` names a file; each line is JSON, with `t` in UTC:

    orchestrator      {name, instanceId, context, returned}  or  {…, raised: {message, stack}}
    activity_started  {name, instanceId, input}
    activity_ended    {name, instanceId, result}
    activity_failed   {name, instanceId, message, stack}

Inputs and results stand there in full; without the variable nothing is written.
"""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.functions_host.durable.functions import FunctionError

VARIABLE = "LOCAL_HOST_JOURNAL"


class Journal:
    """Writes lines to a file, or nothing without one."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Journal":
        """The journal that `LOCAL_HOST_JOURNAL` asks for."""
        name = environment.get(VARIABLE)
        return cls(Path(name) if name else None)

    def episode(self, name: str, instance: str, context: str, ended: str | FunctionError) -> None:
        """An orchestrator was called and has answered or raised."""
        if self._path is None:
            return
        answer: dict[str, Any] = (
            {"raised": {"message": ended.message, "stack": ended.stack}}
            if isinstance(ended, FunctionError)
            else {"returned": json.loads(ended)}
        )
        about = {"name": name, "instanceId": instance, "context": json.loads(context)}
        self._write("orchestrator", about | answer)

    def activity(self, phase: str, name: str, instance: str, **about: str | None) -> None:
        """An activity has `started`, `ended` or `failed`."""
        if self._path is not None:
            self._write(f"activity_{phase}", {"name": name, "instanceId": instance, **about})

    def _write(self, kind: str, about: dict[str, Any]) -> None:
        if self._path is None:
            return
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        with self._path.open("a", encoding="utf-8") as file:
            # Not as .NET writes JSON: what the app answered stands here as it was, NaN included.
            file.write(json.dumps({"t": at, "kind": kind, **about}) + "\n")
