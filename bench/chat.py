"""Chat: what the app adds to the upstream's time, side by side with LiteLLM's proxy.

`python -m bench.chat [--rounds 3] [--seconds 4] [--write docs/performance.md]`
"""

import argparse
import asyncio
import platform
import statistics
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from math import nan
from os import cpu_count, getloadavg
from pathlib import Path

from bench import page
from bench.chat_contenders import LITELLM, Contender, litellm, tunedrop, upstream
from bench.chat_load import load
from local.processes import free_port

CALLERS = (1, 16, 128)
ALONE = "upstream alone"


@dataclass(frozen=True)
class Figures:
    """What was measured of one contender with so many callers; times in milliseconds."""

    cpu: float
    rate: float
    p50: float
    p99: float
    first50: float
    first99: float


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the tables, and keep them in a page if asked to."""
    chosen = _parser().parse_args(arguments)
    if not LITELLM.exists():
        raise SystemExit("LiteLLM is not there to compare with: say `make bench`, which sets it up")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as parts:
        port = free_port()
        contenders = [
            parts.enter_context(upstream(port)),
            parts.enter_context(tunedrop(free_port(), port, Path(folder))),
            parts.enter_context(litellm(free_port(), port, Path(folder))),
        ]
        before = {one.name: one.megabytes() for one in contenders}
        whole = _measure(contenders, chosen, stream=False)
        streams = _measure(contenders, chosen, stream=True)
        after = {one.name: one.megabytes() for one in contenders}
    text = "\n".join(
        [_head(chosen.rounds), _wholes(whole), _streams(streams), _memory(before, after)]
    )
    print(text)
    if chosen.write:
        page.update_page(chosen.write, "chat", text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.chat", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="the medians of so many are shown")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--write", type=Path, metavar="FILE", help="page to keep the tables in")
    return parser


_Table = dict[tuple[int, str], Figures]


def _measure(contenders: list[Contender], chosen: argparse.Namespace, *, stream: bool) -> _Table:
    found: dict[tuple[int, str], list[Figures]] = {}
    for _ in range(chosen.rounds):
        for callers in CALLERS:
            for one in contenders:
                before = one.cpu_seconds()
                times = asyncio.run(
                    load(one.address, callers, chosen.seconds / 3, chosen.seconds, stream=stream)
                )
                cpu = 1000 * (one.cpu_seconds() - before) / max(times.answered, 1)
                figures = Figures(
                    cpu, times.rate, *_percentiles(times.whole), *_percentiles(times.first)
                )
                found.setdefault((callers, one.name), []).append(figures)
    return {where: _median(several) for where, several in found.items()}


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    ordered = sorted(seconds)
    if not ordered:
        # Not one whole answer in all the time: what it would have taken is not known.
        return nan, nan
    return 1000 * ordered[len(ordered) // 2], 1000 * ordered[len(ordered) * 99 // 100]


def _median(several: list[Figures]) -> Figures:
    fields = Figures.__dataclass_fields__
    return Figures(*(statistics.median(getattr(one, name) for one in several) for name in fields))


def _head(rounds: int) -> str:
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    machine = f"Python {platform.python_version()}, {cpu_count()} cores"
    return (
        f"{when}, {machine}, load average {getloadavg()[0]:.1f} at the end; medians of {rounds}\n"
    )


def _wholes(table: _Table) -> str:
    lines = [
        "| callers | answers | requests/s | CPU ms | p50 ms | p99 ms | added p50 | added p99 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for (callers, name), one in table.items():
        alone = table[callers, ALONE]
        added = (
            " | | "
            if name == ALONE
            else f" | {one.p50 - alone.p50:.2f} | {one.p99 - alone.p99:.2f} "
        )
        lines.append(
            f"| {callers} | {name} | {one.rate:,.0f} | {one.cpu:.2f} "
            f"| {one.p50:.2f} | {one.p99:.2f}{added}|"
        )
    return "\n".join([*lines, ""])


def _streams(table: _Table) -> str:
    lines = [
        "| callers | streams | streams/s | first event p50 ms | p99 ms | whole p50 ms |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for (callers, name), one in table.items():
        lines.append(
            f"| {callers} | {name} | {one.rate:,.0f} | {one.first50:.2f} | {one.first99:.2f} "
            f"| {one.p50:.1f} |"
        )
    return "\n".join([*lines, ""])


def _memory(before: dict[str, int], after: dict[str, int]) -> str:
    lines = ["| memory | at the start | at the end |", "| --- | --- | --- |"]
    lines += [
        f"| {name} | {before[name]} MB | {after[name]} MB |" for name in before if name != ALONE
    ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
