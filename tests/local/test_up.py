"""The stand-in that runs until it is asked to stop."""

import re
import signal
import sys
from pathlib import Path

import httpx
import pytest

from local.processes import read_lines, run_process

pytestmark = pytest.mark.services

PORTS = [f"--{part}-port=0" for part in ("host", "emulator", "blob", "queue", "table")]


def test_up_serves_until_it_is_asked_to_stop(tmp_path: Path) -> None:
    """It prints what can be called, answers there, and ends with exit code 0 on SIGTERM."""
    command = [sys.executable, "-u", "-m", "local", "up", "--state", str(tmp_path), *PORTS]
    with run_process(command, log=tmp_path / "log") as process:
        said: list[str] = []
        for line in read_lines(process, 60):
            said.append(line)
            if line.startswith("OpenAPI"):
                break
        health = re.search(r"curl (http\S+/api/health)", "\n".join(said))
        assert health, said
        answer = httpx.get(health[1], timeout=60)

        process.send_signal(signal.SIGTERM)
        code = process.wait(30)

    assert answer.status_code == 200
    assert code == 0
