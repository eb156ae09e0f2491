"""The recordings of Microsoft's blob and timer extensions, held against the local host.

Both apps are driven by the very program that made the recordings; answers, what the functions
printed, and what then lies in storage must be the same, but for the listed deviations.
"""

import json
import re
import subprocess
import sys
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local.processes import ROOT
from tests.golden.recordings import GOLDEN
from tests.local.functions_host.running import host
from tests.services import Storage

FOLDER = GOLDEN / "triggers"
# A print of several values is several writes: with two threads, two timers that fire in the same
# second can mix their lines.
SETTINGS = {"PYTHON_THREADPOOL_THREAD_COUNT": "1"}
PARTS = ("polled", "events")
pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(
        not FOLDER.exists(), reason=f"the recordings are not there: {FOLDER} does not exist"
    ),
]
Part = dict[str, Any]


@pytest.fixture(scope="module")
def runs(azurite_server: Storage, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Part]:
    """What both apps did here, in the form of the recordings."""
    folder = tmp_path_factory.mktemp("triggers")
    accounts = [azurite_server.fresh() for _ in PARTS]
    with ThreadPoolExecutor() as pool:
        found = list(pool.map(_run, PARTS, accounts, [folder / part for part in PARTS]))
    return dict(zip(PARTS, found, strict=True))


def _run(part: str, storage: str, folder: Path) -> Part:
    app = folder / "app"
    app.mkdir(parents=True)
    (app / "function_app.py").write_text((FOLDER / part / "function_app.py").read_text())
    (app / "host.json").write_text('{"version": "2.0"}')
    out = folder / "out.json"
    flags = ("--storage", storage, "--blob-interval", "1")
    with host(app, folder / "state", *flags, settings=SETTINGS) as running:
        key = running.keys["system" if part == "events" else "master"]
        driver = [sys.executable, "-m", "tests.golden.patient_driver", str(FOLDER / "driver.py")]
        command = [*driver, "--base", running.url]
        command += ["--storage", storage, "--part", part, "--out", str(out), f"--key={key}"]
        subprocess.run(command, check=True, cwd=ROOT)
        running.process.terminate()
        assert running.process.stdout
        printed = running.process.stdout.read().decode().splitlines()
    return {**json.loads(out.read_text()), "printed": printed}


def _read_recording(part: str) -> Part:
    recorded: Part = json.loads((FOLDER / f"{part}.json").read_text())
    return recorded


@pytest.mark.parametrize("part", PARTS)
def test_answers(part: str, runs: dict[str, Part]) -> None:
    """The webhook and the admin page answer with the recorded status, headers and body."""
    assert _answers(runs[part]) == _answers(_read_recording(part))


def _answers(run: Part) -> list[Any]:
    return [[_answer(one), one["request"][1]] for one in run["answers"]]


def _answer(one: Part) -> Any:
    # Whether a body comes in one piece, and when, is the server's affair.
    skipped = ("content-length", "transfer-encoding", "date", "server")
    headers = {k.lower(): v for k, v in one["headers"].items() if k.lower() not in skipped}
    return one["status"], headers, one["body"]


@pytest.mark.parametrize("part", PARTS)
def test_what_lies_in_storage(part: str, runs: dict[str, Part]) -> None:
    """Receipts, timer records and poison messages are the recorded ones; locks there are none."""
    assert _storage_of(runs[part]) == _storage_of(_read_recording(part))


def _storage_of(run: Part) -> list[str]:
    blobs = [blob for blob in run["blobs"] if not blob[1].startswith("locks/")]
    queues = [[name, [_decode(text) for text in texts]] for name, texts in run["queues"]]
    return sorted(_mask(json.dumps(one)) for one in blobs + queues)


def _decode(text: str) -> str:
    """A message; the recordings have theirs decoded."""
    return text if text.startswith("{") else b64decode(text).decode()


@pytest.mark.parametrize("part", PARTS)
def test_what_functions_saw(part: str, runs: dict[str, Part]) -> None:
    """Blob functions ran for the recorded versions, as often, and saw the recorded properties."""
    mine, recorded = (
        sorted(_mask(line) for line in run["printed"] if line.startswith(("plain ", "by_event ")))
        for run in (runs[part], _read_recording(part))
    )

    assert mine == recorded


def test_what_timers_saw(runs: dict[str, Part]) -> None:
    """A timer that never ran sees times of the first day; one that fires often has no status."""
    for name in ("minutely", "often"):
        mine, recorded = (
            [_mask(line) for line in run["printed"] if line.startswith(name)]
            for run in (runs["polled"], _read_recording("polled"))
        )
        assert mine[0] == recorded[0]
        assert set(mine) == set(recorded)


def _mask(text: str) -> str:
    """Without times, ETags, host ids and accounts."""
    text = re.sub(r"20\d\d-\d\d-\d\dT[\d:]+(\.\d+)?", "<time>", text)
    text = re.sub(r"\\?\"0x[0-9A-F]+\\*\"", "<etag>", text)
    text = re.sub(r"http://127\.0\.0\.1:\d+/\w+/", "<account>/", text)
    return re.sub(r"(blobreceipts/|timers/|blobtrigger-)[\w-]+-\d+", r"\1<host>", text)
