"""The real Python worker with an app on it, for tests that hold the local host against it.

It lies in `shared/worker` beside the checkout and is driven by the small gRPC host there.
"""

import gc
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

WORKER = Path(__file__).resolve().parents[3] / "shared" / "worker"
#: For modules that start it.
NEEDED = [
    pytest.mark.skipif(not WORKER.exists(), reason=f"{WORKER} is not there: no real worker to ask"),
    pytest.mark.skipif(sys.version_info >= (3, 13), reason="that worker runs up to Python 3.12"),
    pytest.mark.filterwarnings("ignore:azure.functions df_loads:DeprecationWarning"),
    # The small gRPC host leaves its connections to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def minihost(home: Path) -> Any:
    """The module of the small gRPC host; `home` takes what its worker writes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINIHOST_HOME", str(home))
        patch.syspath_prepend(str(WORKER))
        return importlib.import_module("minihost")


@contextmanager
def real_worker(app: Path, home: Path, settings: Mapping[str, str] | None = None) -> Iterator[Any]:
    """The real worker with an app indexed and loaded."""
    environment = {"PYTHON_ENABLE_INIT_INDEXING": "1", **(settings or {})}
    with minihost(home).Host(str(app), environment) as worker:
        worker.init()
        worker.metadata()
        worker.load_all()
        yield worker
    worker.stdout.close()
    worker.stderr.close()
    gc.collect()  # here, where its left-over connections are expected


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
