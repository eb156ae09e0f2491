"""The emulator as a process: `python -m local.azure`."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from local.azure.__main__ import main, parser, read_settings
from tests.dataset import DATASET
from tests.local.azure.emulator import KEY, MODEL

pytestmark = pytest.mark.services

AUTH = {"api-key": KEY}
CHAT = {"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": "Hi"}]}


@contextmanager
def process(state: Path, *flags: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running emulator and its address; killed at the end if it still runs."""
    command = [sys.executable, "-m", "local.azure", "--port", "0", "--state", str(state), *flags]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            word, _, rest = running.stdout.readline().partition(" ")
            assert word == "READY"
            yield running, json.loads(rest)["url"]
        finally:
            if running.poll() is None:
                running.kill()


def ask(url: str, method: str, path: str, **options: object) -> httpx.Response:
    """One request with the default key."""
    return httpx.request(method, f"{url}/openai/v1{path}", headers=AUTH, **options, timeout=60)  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: int) -> None:
    """One READY line, answers, and exit code 0 on SIGTERM."""
    with process(tmp_path) as (running, url):
        answered = ask(url, "POST", "/chat/completions", json=CHAT).status_code

        running.send_signal(number)
        code = running.wait(60)

        assert running.stdout is not None
        assert (answered, code, running.stdout.read()) == (200, 0, "")


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    """Files, jobs, deployments and metrics are there again after kill -9."""
    flags = ("--transitions", "job=reads:3,file=immediate,queue=immediate", "--control")
    with process(tmp_path, *flags) as (running, url):
        file = ask(
            url,
            "POST",
            "/files",
            data={"purpose": "fine-tune"},
            files={"file": ("a.jsonl", DATASET)},
        ).json()["id"]
        body = {"model": MODEL, "training_file": file, "trainingType": "Standard"}
        job = ask(url, "POST", "/fine_tuning/jobs", json=body).json()["id"]
        before = ask(url, "GET", f"/fine_tuning/jobs/{job}").json()
        ask(url, "POST", "/chat/completions", json=CHAT)
        running.kill()
        running.wait(60)

    with process(tmp_path, *flags) as (_, url):
        seen = [ask(url, "GET", f"/fine_tuning/jobs/{job}").json()["status"] for _ in range(3)]
        content = ask(url, "GET", f"/files/{file}/content").content
        counts = httpx.get(f"{url}/control/requests", timeout=60).json()["counts"]

    assert before["status"] == "running"
    assert seen == ["running", "running", "succeeded"]
    assert content == DATASET
    assert counts["POST /chat/completions"]["effects"] == 1


def test_a_clock_file_moves_its_time(tmp_path: Path) -> None:
    """Whoever writes the file moves the emulator's time; the control API writes it too."""
    clock = tmp_path / "clock"
    clock.write_text("1000000")

    with process(tmp_path / "s", "--clock", str(clock), "--control") as (_, url):
        first = httpx.get(f"{url}/control/state", timeout=60).json()["now"] - time.time()
        httpx.post(f"{url}/control/clock", json={"advance": 500}, timeout=60)
        clock_says = float(clock.read_text())
        clock.write_text("")
        last = httpx.get(f"{url}/control/state", timeout=60).json()["now"] - time.time()

    assert abs(first - 1_000_000) < 100
    assert clock_says == 1_000_500
    assert abs(last) < 100


def test_a_second_one_on_the_same_port_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A taken port is one line and exit code 2."""
    with process(tmp_path / "a") as (_, url):
        port = url.rpartition(":")[2]
        command = [
            sys.executable,
            "-m",
            "local.azure",
            "--port",
            port,
            "--state",
            str(tmp_path / "b"),
        ]
        second = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert second.returncode == 2
    assert "Address already in use" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        (("--transitions", "sometimes"), "use immediate, reads:N or seconds:S"),
        (("--transitions", "moon=immediate"), "the kinds are"),
        (("--base", "a=gpt-0"), "'gpt-0' is not known"),
        (("--base", "a"), "write NAME=MODEL"),
    ],
)
def test_wrong_settings_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: tuple[str, ...], text: str
) -> None:
    """The line names what was seen and what is possible; exit code 2."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    code = main(["--port", "0", "--state", str(tmp_path), *flags])

    for number, handler in handlers.items():
        signal.signal(number, handler)
    assert code == 2
    assert text in capsys.readouterr().err


def test_keys_come_from_flags_or_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Flags win over EMULATOR_KEYS, which wins over the default."""
    monkeypatch.delenv("EMULATOR_KEYS", raising=False)
    default = read_settings(parser().parse_args(["--state", "x"])).keys
    monkeypatch.setenv("EMULATOR_KEYS", "a,b")
    environment = read_settings(parser().parse_args(["--state", "x"])).keys
    flags = read_settings(parser().parse_args(["--state", "x", "--key", "c"])).keys

    assert (default, environment, flags) == (("emulator-key",), ("a", "b"), ("c",))


def test_help_needs_no_server() -> None:
    """`--help` comes without loading the web server."""
    code = (
        "import sys, runpy\nsys.argv = ['x', '--help']\n"
        "try: runpy.run_module('local.azure', run_name='__main__')\n"
        "except SystemExit: print('uvicorn' in sys.modules)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True
    )

    assert "--transitions" in result.stdout
    assert result.stdout.endswith("False\n")
