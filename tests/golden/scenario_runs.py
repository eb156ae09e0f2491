"""Runs recorded scenarios on local hosts: several hosts side by side, each with its own driver."""

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.golden import recordings
from tests.golden.journal_server import serve_journal
from tests.local.functions_host.running import SETTINGS, host, until

HOSTS = 10
_KEYS = ("--keys", "system=oraclekey")


def run(names: Sequence[str], folder: Path) -> Mapping[str, Path]:
    """Run scenarios and give the file of each.

    Args:
        names: Scenarios of the recordings' driver.
        folder: Where hosts keep their state and the driver writes.
    """
    app = _app(folder / "app")
    killed = [name for name in names if name.startswith("kill9")]
    groups = _groups([name for name in names if name not in killed])
    with ThreadPoolExecutor(HOSTS + len(killed)) as pool:
        jobs = [
            pool.submit(_run, app, folder / f"host{n}", group) for n, group in enumerate(groups)
        ]
        jobs += [pool.submit(_run_with_kill, app, folder / name, [name]) for name in killed]
        for job in jobs:
            job.result()
    return {path.stem: path for path in folder.glob("*/out/*.json")}


def _groups(names: Sequence[str]) -> list[list[str]]:
    # The longest first, each to the group that ends first.
    groups: list[list[str]] = [[] for _ in range(HOSTS)]
    loads = [0.0] * HOSTS
    for name in sorted(names, key=recordings.seconds, reverse=True):
        least = loads.index(min(loads))
        groups[least].append(name)
        loads[least] += recordings.seconds(name) + 1
    return [group for group in groups if group]


def _app(folder: Path) -> Path:
    folder.mkdir()
    (folder / "function_app.py").write_text((recordings.APP / "scenarios.py").read_text())
    hub = {"extensions": {"durableTask": {"hubName": "OracleHub"}}}
    (folder / "host.json").write_text(json.dumps({"version": "2.0", **hub}))
    return folder


def _run(app: Path, folder: Path, names: list[str]) -> None:
    journal = folder / "journal"
    settings = {"LOCAL_HOST_JOURNAL": str(journal)}
    with host(app, folder, *_KEYS, settings=settings) as running, serve_journal(journal) as url:
        _drive(running.url, url, folder, names)


def _run_with_kill(app: Path, folder: Path, names: list[str]) -> None:
    folder.mkdir()
    journal = folder / "journal"
    with _killable_host(app, folder, journal) as (base, kill, start), serve_journal(journal) as url:
        _drive(base, url, folder, names, "--kill", kill, "--start", start)


@contextmanager
def _killable_host(app: Path, folder: Path, journal: Path) -> Iterator[tuple[str, str, str]]:
    """A host that shell commands kill and start again; gives its URL and the two commands."""
    pid, stdout = folder / "pid", folder / "stdout"
    kill = f"kill -9 $(cat {pid})"
    settings = {**SETTINGS, "LOCAL_HOST_JOURNAL": str(journal)}
    command = [
        sys.executable,
        "-m",
        "local.functions_host",
        "--app",
        str(app),
        "--state",
        str(folder),
    ]
    words = [f"{name}={value}" for name, value in settings.items()] + [*command, *_KEYS]

    def start(port: int) -> str:
        line = shlex.join(["env", *words, "--port", str(port)])
        return f"{line} > {stdout} 2>> {folder}/log & echo $! > {pid}"

    def url() -> str:
        ready = stdout.read_text().partition("READY ")[2] if stdout.exists() else ""
        return str(json.loads(ready)["url"]) if ready.endswith("\n") else ""

    subprocess.run(start(0), shell=True, check=True)  # noqa: S602 - as the driver does
    try:
        base = until(url)
        yield base, kill, start(int(base.rpartition(":")[2]))
    finally:
        subprocess.run(kill, shell=True, check=False)  # noqa: S602 - as the driver does


def _drive(base: str, journal: str, folder: Path, names: list[str], *more: str) -> None:
    command = [sys.executable, str(recordings.APP / "driver.py"), "--base", base]
    command += ["--rpc", f"{base}/durabletask", "--bridge", journal, "--out", str(folder / "out")]
    done = subprocess.run(
        [*command, "--only", ",".join(names), *more], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"the driver ended with {done.returncode}:\n{done.stderr}")
