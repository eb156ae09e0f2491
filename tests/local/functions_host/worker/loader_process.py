"""Loads apps one after the other, each in a process of its own, and prints what came of each.

Loading imports packages that change the process for good, so every app needs a fresh one. Forking
after the heavy imports that no app may miss makes that cheap.

    python -m tests.local.functions_host.worker.loader_process < folders.json
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import azure.durable_functions  # noqa: F401 - imported for speed
import fastapi  # noqa: F401 - imported for speed


def main() -> None:
    """Read `[[folder, settings]…]` from stdin; print one JSON line for each."""
    for folder, settings in json.load(sys.stdin):
        child = os.fork()
        if child == 0:
            sys.stdout.write(json.dumps(_load(Path(folder), settings)) + "\n")
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)


def _load(folder: Path, settings: dict[str, str]) -> dict[str, Any]:
    from local.functions_host.errors import StartError
    from local.functions_host.worker.loading import load

    os.environ.pop("PYTHON_ENABLE_INIT_INDEXING", None)
    os.environ.update(settings)
    try:
        table = load(folder)
    except StartError as refusal:
        return {"refused": str(refusal)}
    return {
        "functions": sorted(table),
        "bindings": {name: list(f.raw_bindings) for name, f in table.items()},
    }


if __name__ == "__main__":
    main()
