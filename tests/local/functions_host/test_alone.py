"""The host is a program of its own: its folder is all that it needs beside packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import local.functions_host
from tests.local.functions_host.running import APPS

pytestmark = pytest.mark.services

FOLDER = Path(local.functions_host.__file__).parent
WALK = """
import importlib, pkgutil, local.functions_host as host
for module in pkgutil.walk_packages(host.__path__, "local.functions_host."):
    importlib.import_module(module.name)
"""


def _python(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": ""}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def test_the_folder_alone_loads_an_app(tmp_path: Path) -> None:
    """Copied to an empty place, it imports all its modules and loads an app."""
    shutil.copytree(FOLDER, tmp_path / "local" / "functions_host")
    state = tmp_path / "state"

    walked = _python(tmp_path, "-c", WALK)
    done = _python(
        tmp_path,
        *("-m", "local.functions_host", "--app", str(APPS / "timer")),
        *("--state", str(state), "--port", "0", "--setting", "DAILY=0 0 3 * * *"),
    )

    assert walked.returncode == 0, walked.stderr
    assert "REFUSED: No connection string in the setting AzureWebJobsStorage" in done.stderr
