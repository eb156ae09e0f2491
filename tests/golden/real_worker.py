"""Microsoft's Python worker with an app on it, for tests that hold the local host against it.

The worker is the library for Python 3.13 from PyPI, in a process and an environment of its own; a
small host that lies in `shared/worker` beside the checkout drives it. The environment has the
packages of the nearest `requirements.txt` above the app and takes minutes to make, once.
"""

import importlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

WORKER = Path(__file__).resolve().parents[3] / "shared" / "worker"
#: For modules that start it.
NEEDED = [
    pytest.mark.skipif(not WORKER.exists(), reason=f"{WORKER} is not there: no real worker to ask"),
    pytest.mark.filterwarnings("ignore:azure.functions df_loads:DeprecationWarning"),
]


@cache
def minihost() -> Any:
    """The module of the small host; a test that asks for it is skipped where it cannot run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(WORKER))
        unavailable = importlib.import_module("python313").Unavailable
        try:
            module = importlib.import_module("minihost")
        except unavailable as error:
            pytest.skip(f"the real worker cannot be asked here: {error}")
    return module


@contextmanager
def real_worker(app: Path, settings: Mapping[str, str] | None = None) -> Iterator[Any]:
    """The real worker with an app indexed and loaded."""
    with minihost().Host(app, dict(settings or {})) as worker:
        worker.init()
        worker.metadata()
        worker.load_all()
        yield worker
    worker.stdout.close()
    worker.stderr.close()


def episode(name: str, given: object, *later: Mapping[str, object]) -> str:
    """The trigger of an orchestrator's episode, as the extension sends it.

    Args:
        name: The orchestrator.
        given: What a client started it with.
        later: Events that follow its start, each without what all have.
    """
    at = "2026-11-25T10:00:00.1234567Z"
    text = json.dumps(json.dumps(given))
    events: list[Mapping[str, object]] = [
        {"EventType": 12},
        {"EventType": 0, "Name": name, "Version": None, "Input": text},
        *later,
    ]
    common = {"EventId": -1, "IsPlayed": False, "Timestamp": at}
    return json.dumps(
        {
            "history": [{**common, **event} for event in events],
            "input": json.dumps(given),
            "instanceId": "i1",
            "isReplaying": bool(later),
            "parentInstanceId": None,
            "upperSchemaVersion": 1,
            "upperSchemaVersionNew": 3,
        }
    )
