"""The Durable engine at work in a process of its own: `python -m bench.host_worker STATE B N`.

Runs N batches of B fan-outs with a timer, one batch after the other, and prints as JSON the seconds
that each run took, of the clock and of all cores. It leaves its state in the folder STATE.
"""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bench.host_app.function_app import app
from local.functions_host import host_json
from local.functions_host.clock import RealClock
from local.functions_host.durable import Engine, instances
from local.functions_host.durable.instances import Start
from local.functions_host.durable.stamps import stamp
from local.functions_host.durable_functions import DurableFunctions
from local.functions_host.worker.invocation import Invoker
from local.functions_host.worker.loading import index

APP = Path(__file__).parent / "host_app"
_THREADS = 24  # as the app of this repository has
_LIVE = "SELECT count(*) FROM instances WHERE status IN ('Pending', 'Running', 'Suspended')"
_LOOK = 0.02  # seconds between looks whether a batch has ended


async def measure(state: Path, batch: int, batches: int) -> dict[str, float]:
    """Seconds for each run, once a first one has imported what is imported late."""
    async with _engine(state) as engine:
        await _run(engine, ["first"])
        wall, cpu = time.perf_counter(), time.process_time()
        for number in range(batches):
            await _run(engine, [f"run-{number}-{n}" for n in range(batch)])
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    runs = max(1, batch * batches)
    return {"wall": wall / runs, "cpu": cpu / runs}


@asynccontextmanager
async def _engine(state: Path) -> AsyncIterator[Engine]:
    """An engine over the real SDK, as the host makes it."""
    config = host_json.read(APP)
    invoker = Invoker(lambda: "", threads=_THREADS)
    engine = Engine(
        DurableFunctions(index(app.get_functions()), invoker),
        RealClock(),
        state,
        hub=config.hub,
        base_url=lambda: "http://127.0.0.1",
        max_activities=config.max_activities,
        max_orchestrators=config.max_orchestrators,
    )
    await engine.start()
    try:
        yield engine
    finally:
        await engine.stop()
        await invoker.close()


async def _run(engine: Engine, names: list[str]) -> None:
    """Start instances at once and wait until all have ended."""
    now = engine.clock.now()

    def start(db: sqlite3.Connection) -> None:
        for name in names:
            new = Start(name, "fan_out", '"1"')
            instances.start(db, new, at=stamp(now), now=now.timestamp())

    await engine.store.write(start)
    for name in names:
        engine.wake(name)
    # A count of what runs is one look at a small index, however many they are.
    while await engine.store.read(lambda db: db.execute(_LIVE).fetchone()[0]):  # noqa: ASYNC110
        await asyncio.sleep(_LOOK)


if __name__ == "__main__":
    folder, size, count = sys.argv[1:]
    print(json.dumps(asyncio.run(measure(Path(folder), int(size), int(count)))))
