"""`python -m tests.fuzz --minutes 60 [--seed N]`: random requests to a running app.

Each failure is printed with the seed of its request; `--seed N --requests 1` sends it again.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from azure.data.tables import TableServiceClient

import api.endpoints  # noqa: F401  registers them
from api.endpoint import ENDPOINTS
from shared.registry import Model
from shared.registry.state import Phase
from shared.registry.table import TABLE, Registry
from tests.fuzz.checks import find_fault, send
from tests.fuzz.drawing import SECRET, draw_request
from tests.journeys.place import Place, place
from tests.runs import make_run
from tests.services import azurite, emulator

TRACES = ("Traceback (most recent call last)", "failed: ", "Exception in ASGI application")
EXCLUDED = frozenset({"delete_model"})  # would delete what the others ask for


def fuzz(here: Place, seed: int, requests: int, seconds: float) -> list[str]:
    """Send requests by the numbers from `seed` on; what was wrong, a line each."""
    endpoints = [one for one in ENDPOINTS if one.name not in EXCLUDED]
    faults = []
    until = time.monotonic() + seconds
    for number in range(seed, seed + requests):
        if time.monotonic() > until:
            break
        chance = random.Random(number)
        drawn = draw_request(chance, chance.choice(endpoints))
        before = len(here.log())
        try:
            status, body = send(here.stack.url, drawn)
            fault = find_fault(status, body)
        except (OSError, ValueError) as error:
            status, body, fault = 0, b"", f"no answer: {error!r}"
        written = here.log()[before:]
        fault = fault or next((f"the log has {one!r}" for one in TRACES if one in written), None)
        if fault:
            faults.append(
                f"seed {number}: {fault}: {status} {body[:200]!r} for {str(drawn)[:1000]}"
            )
            print(faults[-1], flush=True)
    return faults


@contextmanager
def app(storage: str, folder: Path) -> Iterator[Place]:
    """The app on the local host, with the models that requests name."""
    with (
        emulator("--control", "--rate-limits", "off") as service,
        place("local", service, storage, folder, settings={"WEBHOOK_SECRET": SECRET}) as here,
        TableServiceClient.from_connection_string(storage) as tables,
    ):
        rows = Registry(tables.create_table_if_not_exists(TABLE))
        run = "fuzzed-0123456789"
        served = {"phase": Phase.SERVING, "deployment_name": "gpt-4.1-mini"}
        rows.insert(make_run(model="fuzzed", id=run, **served))
        rows.put_model(None, Model(model="fuzzed", active=run))
        yield here


def main() -> int:
    """1 if an answer was none of the API's."""
    options = argparse.ArgumentParser(prog="tests.fuzz", description=__doc__)
    options.add_argument("--minutes", type=float, default=60.0)
    options.add_argument("--seed", type=int, default=time.time_ns() // 10**6)
    options.add_argument("--requests", type=int, default=10**9)
    chosen = options.parse_args()
    print(f"seeds from {chosen.seed} on", flush=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        azurite() as storage,
        app(storage, Path(folder)) as here,
    ):
        faults = fuzz(here, chosen.seed, chosen.requests, chosen.minutes * 60)
    print(f"{len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
