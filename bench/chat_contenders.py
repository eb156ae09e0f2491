"""The contenders of the chat benchmark, each a process of its own before the same upstream."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from azure.data.tables import TableServiceClient

from bench.chat_load import Address
from local.azurite import azurite
from local.processes import ROOT, run_process, wait_until_ready
from local.stack import laptop_settings
from shared.registry import Model, Run
from shared.registry.parts import Dataset, Deployment
from shared.registry.state import Phase
from shared.registry.table import TABLE, Registry

LITELLM = ROOT / ".venv-litellm" / "bin" / "litellm"
KEY = "sk-bench"
START_SECONDS = 180.0
_RUN = "brolly-0123456789"


@dataclass(frozen=True)
class Contender:
    """Somebody who answers chats.

    Attributes:
        name: As the table shows it.
        address: Where it listens.
        pid: Its process, for its memory.
    """

    name: str
    address: Address
    pid: int

    def megabytes(self) -> int:
        """Memory that it holds now, with its children."""
        return sum(map(_resident, family(self.pid))) // 1024

    def cpu_seconds(self) -> float:
        """Processor time that it has taken so far, with its children."""
        return sum(map(cpu_seconds, family(self.pid)))


@contextmanager
def upstream(port: int) -> Iterator[Contender]:
    """The upstream itself, asked without anybody between."""
    command = [sys.executable, "-m", "bench.chat_upstream", str(port)]
    with _process(command, {}) as process:
        _wait(f"http://127.0.0.1:{port}/")
        address = Address(port, "/openai/v1/chat/completions", "gpt-4.1-mini", KEY)
        yield Contender("upstream alone", address, process.pid)


@contextmanager
def tunedrop(port: int, upstream_port: int, folder: Path) -> Iterator[Contender]:
    """The app on the local host, with a model that it finds in its registry."""
    service = f"http://127.0.0.1:{upstream_port}"
    settings = {**laptop_settings(service, KEY), "AZURE_OPENAI_API_KEY": "upstream-key"}
    with ExitStack() as parts:
        storage = parts.enter_context(azurite(None)).connection
        _seed(storage)
        command = [
            sys.executable,
            "-m",
            "local.functions_host",
            "--app",
            str(ROOT),
            "--port",
            str(port),
        ]
        command += ["--storage", storage, "--state", str(folder / "host")]
        process = parts.enter_context(
            run_process(command, log=folder / "host.log", environment=settings)
        )
        wait_until_ready(process)
        address = Address(port, "/api/v1/chat/completions", "brolly", KEY)
        yield Contender("tunedrop", address, process.pid)


@contextmanager
def litellm(port: int, upstream_port: int, folder: Path) -> Iterator[Contender]:
    """LiteLLM's proxy with one worker, no database, and logs of errors only."""
    model = {
        "model": "openai/gpt-4.1-mini",
        "api_base": f"http://127.0.0.1:{upstream_port}/openai/v1",
        "api_key": "upstream-key",
    }
    config = {
        "model_list": [{"model_name": "brolly", "litellm_params": model}],
        "general_settings": {"master_key": KEY},
    }
    file = folder / "litellm.yaml"
    file.write_text(json.dumps(config))  # JSON is YAML
    command = [str(LITELLM), "--config", str(file), "--host", "127.0.0.1", "--port", str(port)]
    # It would fetch prices and send statistics otherwise.
    quiet = {
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "LITELLM_TELEMETRY": "False",
        "LITELLM_LOG": "ERROR",
    }
    with _process([*command, "--num_workers", "1", "--telemetry", "False"], quiet) as process:
        _wait(f"http://127.0.0.1:{port}/health/liveliness")
        address = Address(port, "/v1/chat/completions", "brolly", KEY)
        yield Contender("LiteLLM", address, process.pid)


def _seed(storage: str) -> None:
    with TableServiceClient.from_connection_string(storage) as tables:
        rows = Registry(tables.create_table_if_not_exists(TABLE))
        version = Run(
            model="brolly",
            id=_RUN,
            phase=Phase.SERVING,
            created=datetime(2026, 11, 1, tzinfo=UTC),
            dataset=Dataset(blob="brolly.jsonl", etag="0x1"),
            deployment=Deployment(name="gpt-4.1-mini"),
        )
        rows.insert(version)
        rows.put_model(None, Model(model="brolly", active=_RUN))


@contextmanager
def _process(command: list[str], more: Mapping[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **more}, stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait(address: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            httpx.get(address, timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"nothing answers at {address}")


def family(pid: int) -> list[int]:
    """A process and all below it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]


def _resident(pid: int) -> int:
    """Kilobytes of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, its own and the system's for it.

    From the scheduler's nanoseconds: the clock ticks of `stat` are too coarse for one answer.
    """
    nanoseconds = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended
            nanoseconds += int((thread / "schedstat").read_text().split()[0])
    return nanoseconds / 1e9
