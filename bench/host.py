"""The local host's Durable engine at scale: many runs at once, and a start on a long past.

`python -m bench.host [--rounds N] [--write docs/performance.md]`
"""

import argparse
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.host_worker import APP
from bench.page import update_page
from bench.validation import machine
from local.processes import run_process, wait_until_ready

_ROOT = Path(__file__).parents[1]
_ROUNDS = 3
# Runs at once, and how many such batches: enough of both for a steady figure.
_LOADS = ((10, 20), (100, 5), (1_000, 1))
_FINISHED = (0, 10_000)
# Finished instances are copies of one that really ran, its history included.
_INSTANCES = (
    "INSERT INTO instances SELECT copy.id, execution, name, status, input, output, custom_status,"
    " created, updated, parent, generation, fresh FROM instances AS i, copy WHERE i.id = 'first'"
)
_HISTORY = (
    "INSERT INTO history SELECT copy.id, position, event FROM history, copy"
    " WHERE instance = 'first'"
)


def loads(rounds: int) -> str:
    """What a run costs, by how many of them run at once; the loads take turns."""
    figures: dict[int, list[dict[str, float]]] = {batch: [] for batch, _ in _LOADS}
    for _ in range(rounds):
        for batch, batches in _LOADS:
            with tempfile.TemporaryDirectory(prefix="tunedrop-bench-") as state:
                figures[batch].append(_work(state, batch, batches))
    least = _median(figures[_LOADS[0][0]], "cpu")
    lines = [
        "| runs at once | CPU ms per run | of that at 10 | wall ms per run |",
        "| --- | --- | --- | --- |",
    ]
    for batch, ones in figures.items():
        cpu, wall = _median(ones, "cpu"), _median(ones, "wall")
        lines.append(f"| {batch:,} | {cpu * 1e3:.1f} | {cpu / least:.2f} | {wall * 1e3:.1f} |")
    return "\n".join(lines) + "\n"


def starts(rounds: int) -> str:
    """How long a host takes from its command until it serves, by how much has ended before."""
    lines = ["| finished instances | seconds to start |", "| --- | --- |"]
    for finished in _FINISHED:
        with tempfile.TemporaryDirectory(prefix="tunedrop-bench-") as state:
            _work(state, 1, 0)
            _copy(Path(state) / "durable.db", finished)
            seconds = statistics.median(_start(state) for _ in range(rounds))
        lines.append(f"| {finished:,} | {seconds:.2f} |")
    return "\n".join(lines) + "\n"


def _work(state: str, batch: int, batches: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.host_worker", state, str(batch), str(batches)]
    done = subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _copy(database: Path, number: int) -> None:
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("CREATE TEMP TABLE copy(id TEXT)")
        db.executemany("INSERT INTO copy VALUES (?)", ((f"old-{n}",) for n in range(number)))
        db.execute(_INSTANCES)
        db.execute(_HISTORY)


def _start(state: str) -> float:
    command = [sys.executable, "-m", "local.functions_host", "--app", str(APP), "--state", state]
    begin = time.perf_counter()
    with run_process([*command, "--port", "0"], log=Path(state) / "host.log") as process:
        wait_until_ready(process)
        return time.perf_counter() - begin


def _median(figures: list[dict[str, float]], name: str) -> float:
    return statistics.median(figure[name] for figure in figures)


def main() -> None:
    """Measure, print the tables and keep them if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--write", type=Path, help="the page whose tables are to be replaced")
    options = parser.parse_args()
    tables = f"{loads(options.rounds)}\n{starts(options.rounds)}"
    text = f"{machine()}; medians of {options.rounds}\n\n{tables}"
    print(text)
    if options.write:
        update_page(options.write, "host", text)


if __name__ == "__main__":
    main()
