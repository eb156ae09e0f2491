"""Validation against a floor that checks nothing and against the cookbook, side by side.

`python -m bench.validation [--rounds N] [--large] [--write docs/performance.md]`
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench.page import update_page
from bench.validation_data import write_large, write_typical, write_unique

_ROOT = Path(__file__).parents[1]
_ROUNDS = 5


class Figure(NamedTuple):
    """Medians of one contender on one file."""

    name: str
    file: str
    megabytes_of_file: float
    seconds: float
    cpu: float
    """Seconds of all cores together; more reliable than the clock on a busy machine."""
    megabytes: float


Files = dict[str, Callable[[Path], Path]]


def run(rounds: int, *, large: bool) -> list[Figure]:
    """Measure every contender on every file, in turns, so that all meet the same machine."""
    files: Files = {"typical texts": write_typical, "unique texts": write_unique}
    figures = []
    with tempfile.TemporaryDirectory(prefix="tunedrop-bench-") as folder:
        for file, write in files.items():
            path = write(Path(folder) / "data.jsonl")
            figures += _measure(file, path, ("floor", "cookbook", "tunedrop"), rounds)
        if large:
            path = write_large(Path(folder) / "data.jsonl")
            figures += _measure("512 MB", path, ("floor", "tunedrop"), min(rounds, 3))
    return figures


def table(figures: list[Figure]) -> str:
    """The figures as a Markdown table, each beside the floor on the same file."""
    floors = {figure.file: figure.seconds for figure in figures if figure.name == "floor"}
    lines = [
        "| file | contender | seconds | of the floor | CPU s | max RSS |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for figure in figures:
        share = figure.seconds / floors[figure.file]
        lines.append(
            f"| {figure.file} ({figure.megabytes_of_file:.1f} MB) | {figure.name} | "
            f"{figure.seconds:.2f} | {share:.2f} | {figure.cpu:.2f} | {figure.megabytes:.0f} MB |"
        )
    return "\n".join(lines)


def machine() -> str:
    """What the figures were measured on."""
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M")
    load = os.getloadavg()[0]
    return (
        f"{now} UTC, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"load average {load:.1f} at the end"
    )


def _measure(file: str, path: Path, names: tuple[str, ...], rounds: int) -> list[Figure]:
    results: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            results[name].append(_one(name, path))
    size = path.stat().st_size / 1e6
    return [
        Figure(
            name,
            file,
            size,
            statistics.median(one["seconds"] for one in ones),
            statistics.median(one["cpu"] for one in ones),
            max(one["megabytes"] for one in ones),
        )
        for name, ones in results.items()
    ]


def _one(name: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.validation_worker", name, str(path)]
    # The others' code is compiled once when it is installed; so is ours, unless this forbids it.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        command, cwd=_ROOT, check=True, capture_output=True, text=True, env=environment
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def main() -> None:
    """Measure, print the table and keep it if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--large", action="store_true", help="also a file of 512 MB")
    parser.add_argument("--write", type=Path, help="the page whose table is to be replaced")
    options = parser.parse_args()
    figures = run(options.rounds, large=options.large)
    text = f"{machine()}; medians of {options.rounds}\n\n{table(figures)}\n"
    print(text)
    if options.write:
        update_page(options.write, "validation", text)


if __name__ == "__main__":
    main()
