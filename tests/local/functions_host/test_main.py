"""The command line: what is refused ends with exit code 1 and one plain line."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local.functions_host.errors import StartError
from local.functions_host.options import read
from tests.local.functions_host.running import APPS

pytestmark = pytest.mark.services


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local.functions_host", *arguments],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )


def test_refused(tmp_path: Path) -> None:
    """A host that cannot start says why after REFUSED, without a traceback, and exits with 1."""
    done = _run("--app", str(tmp_path), "--state", str(tmp_path / "state"), "--port", "0")

    assert done.returncode == 1
    assert done.stdout == ""
    expected = f'REFUSED: No host.json in {tmp_path}; the least is {{"version": "2.0"}}.\n'
    assert done.stderr == expected


def test_port_in_use(tmp_path: Path) -> None:
    """A port that is taken is named, with the way out."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        app = str(APPS / "classic")
        done = _run("--app", app, "--state", str(tmp_path), "--port", str(port))

    assert done.returncode == 1
    assert f"REFUSED: Port {port} on 127.0.0.1: Address already in use." in done.stderr


def test_storage_is_needed_for_triggers(tmp_path: Path) -> None:
    """An app with a timer does not start without a storage account, and says how to give one."""
    done = _run("--app", str(APPS / "timer"), "--state", str(tmp_path), "--port", "0")

    assert done.returncode == 1
    assert "REFUSED: No connection string in the setting AzureWebJobsStorage" in done.stderr


def test_storage_that_does_not_answer(tmp_path: Path) -> None:
    """Without a storage service at the address, the host says so and what to start."""
    storage = (
        "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;"
        "BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a;"
    )
    flags = ["--storage", storage, "--setting", "DAILY=0 0 3 * * *", "--setting", "CONTAINER=c"]
    app = str(APPS / "background")
    storage_too = ["--setting", f"Storage={storage}"]
    done = _run("--app", app, "--state", str(tmp_path), "--port", "0", *flags, *storage_too)

    assert done.returncode == 1
    assert "REFUSED: The storage account in AzureWebJobsStorage does not work" in done.stderr
    assert "Is Azurite running" in done.stderr
    assert "a2V5" not in done.stderr


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--storage", "nonsense", "--setting", "DAILY=0 0 3 * * *"], "is no connection string"),
        (
            ["--storage", "UseDevelopmentStorage=true", "--setting", "DAILY=daily"],
            "'timer'|'daily'",
        ),
    ],
)
def test_wrong_trigger_settings(tmp_path: Path, flags: list[str], words: str) -> None:
    """A wrong connection string or schedule is refused at start, not at the first run."""
    app = str(APPS / "timer")
    done = _run("--app", app, "--state", str(tmp_path), "--port", "0", *flags)

    assert done.returncode == 1
    assert "REFUSED: " in done.stderr
    assert any(word.strip("'") in done.stderr for word in words.split("|"))
    assert "Traceback" not in done.stderr


def test_options() -> None:
    """Flags become options; a folder is taken from where the command runs."""
    options = read(
        [
            *("--app", "x", "--state", "s", "--port", "0", "--clock", "virtual"),
            *("--setting", "A=1", "--setting", "B=x=y", "--keys", "master=m,ci=c"),
        ]
    )

    assert options.app == Path("x").resolve()
    assert options.virtual
    assert options.setting == {"A": "1", "B": "x=y"}
    assert options.keys == {"master": "m", "ci": "c"}


@pytest.mark.parametrize("flags", [["--setting", "A"], ["--keys", "=x"]])
def test_pairs(flags: list[str]) -> None:
    """A setting or key that is no pair is refused with what was given."""
    with pytest.raises(StartError, match="write NAME=VALUE"):
        read(["--app", "x", "--state", "s", *flags])
