"""A chat on Microsoft's own worker: its processor time, beside that of a call that is refused.

`python -m bench.chat_engine [--rounds 9] [--app DIR]... [--write docs/performance.md]`

The worker runs the app on Python 3.13 with the packages of requirements.txt and nothing else.
Worker and host (the "engine") are no part of this repository: where they are not, nothing is
measured, and the benchmark says so. A call whose client key is unknown does all that worker, server
and FastAPI do for any call, so what a chat costs beyond it is the app's own.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench import page
from bench.chat_contenders import KEY, cpu_seconds, family, upstream
from bench.chat_load import AT_ONCE, Address, load
from bench.validation import machine
from local.processes import ROOT, free_port, run_process, wait_until_ready
from local.stack import laptop_settings

ENGINE = ROOT.parent / "shared" / "engine" / "run"
START_SECONDS = 600.0  # the worker's environment is made at the first start
CALLERS = 4
REFUSED, CHAT, STREAM = "refused for its key", "chat", "stream of 20 pieces, sent together"
#: Each piece wakes worker, server and app, so its cost is theirs 20 times; it has no goal.
APART = "stream of 20 pieces, one every 10 ms"
#: Times the processor time of a call that is refused.
GOALS = {CHAT: 1.3, STREAM: 1.8}


@dataclass(frozen=True)
class Worker:
    """An app on the engine.

    Attributes:
        app: Its folder.
        pid: The worker's process.
        address: Where chats are sent.
    """

    app: Path
    pid: int
    address: Address

    def cpu_of(self, kind: str, seconds: float) -> float:
        """Milliseconds of processor time for one call of that kind."""
        address = self.address
        if kind == REFUSED:
            address = replace(address, key="unknown", status=401)
        if kind == STREAM:
            address = replace(address, user=AT_ONCE)
        stream = kind in (STREAM, APART)
        before = cpu_seconds(self.pid)
        times = asyncio.run(load(address, CALLERS, seconds / 4, seconds, stream=stream))
        return 1000 * (cpu_seconds(self.pid) - before) / max(times.answered, 1)


_Figures = dict[tuple[Path, str], list[float]]


def main(arguments: list[str] | None = None) -> None:
    """Measure, print the table, and keep it in a page if asked to."""
    options = _parser().parse_args(arguments)
    if not ENGINE.exists():
        print(f"Not measured: the engine is not here ({ENGINE}).")
        return
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory()))
        service = parts.enter_context(upstream(free_port()))
        workers = [
            parts.enter_context(_worker(app, service.address.port, folder / str(number)))
            for number, app in enumerate(options.app or [ROOT])
        ]
        figures = _measure(workers, options.rounds, options.seconds)
    text = f"{machine()}; medians of {options.rounds}\n\n{_table(figures)}\n"
    print(text)
    if options.write:
        page.update_page(options.write, "chat engine", text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.chat_engine", description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument(
        "--app", type=Path, action="append", help="another app's folder; several take turns"
    )
    parser.add_argument("--write", type=Path, metavar="PAGE", help="replace the figures there")
    return parser


def _measure(workers: Sequence[Worker], rounds: int, seconds: float) -> _Figures:
    figures: _Figures = {}
    for _ in range(rounds):
        for kind in (REFUSED, CHAT, STREAM, APART):
            for worker in workers:
                cpu = worker.cpu_of(kind, seconds)
                figures.setdefault((worker.app, kind), []).append(cpu)
    return figures


def _table(figures: _Figures) -> str:
    lines = [
        "| app | call | CPU ms | of a refused call | goal |",
        "| --- | --- | --- | --- | --- |",
    ]
    for (app, kind), found in figures.items():
        refused = statistics.median(figures[app, REFUSED])
        cpu = statistics.median(found)
        name = "this one" if app == ROOT else app.name
        goal = f"{GOALS[kind]:.1f}" if kind in GOALS else ""
        lines.append(f"| {name} | {kind} | {cpu:.2f} | {cpu / refused:.2f} | {goal} |")
    return "\n".join(lines)


@contextmanager
def _worker(app: Path, service_port: int, folder: Path) -> Iterator[Worker]:
    """The app on an engine of its own; it asks the base deployment, which needs no registry."""
    port = free_port()
    command = [sys.executable, str(ENGINE), str(app), "--port", str(port), "--fast", "--memory"]
    command += ["--azurite-port", "0", "--azurite", str(ROOT / "node_modules")]
    settings = laptop_settings(f"http://127.0.0.1:{service_port}", KEY)
    settings["AZURE_OPENAI_API_KEY"] = "upstream-key"
    for name, value in settings.items():
        command += ["--setting", f"{name}={value}"]
    folder.mkdir()
    with run_process(command, log=folder / "engine.log") as process:
        wait_until_ready(process, START_SECONDS)
        address = Address(port, "/api/v1/chat/completions", "base", KEY)
        yield Worker(app, _worker_process(process.pid), address)


def _worker_process(engine: int) -> int:
    """The process of the worker, among those that the engine has started."""
    for pid in family(engine):
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        if any(part.endswith(b"/worker.py") for part in command):
            return pid
    raise ProcessLookupError("the engine has started no worker")


if __name__ == "__main__":
    main()
