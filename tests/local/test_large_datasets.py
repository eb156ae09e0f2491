"""A dataset as large as the service takes: the host reads it without holding it."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import BlobBlock, ContainerClient

from tests.journeys.place import UNMEASURED, Place, place
from tests.journeys.steps import eventually, in_phase
from tests.services import Emulator, azurite
from tests.shared.validation.rows import chat, lines, say

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc"),
]

MEBIBYTES = 508  # of 512 that the service takes
GROWTH = 200  # MB, most of them the vocabulary
PATIENCE = 600.0  # seconds; the whole file is read twice, on a machine with other work
ANSWER = "The ferry to the island goes every hour from the old harbour, in winter twice a day. " * 7
NUMBER = b"@@@@"


@pytest.fixture
def here(emulator: Emulator, tmp_path: Path) -> Iterator[Place]:
    """The app on the local host, over a storage on disk that may fill up."""
    state = tmp_path / "azurite"
    state.mkdir()
    with (
        azurite(state) as storage,
        place("local", emulator, storage, tmp_path, settings=UNMEASURED) as running,
    ):
        yield running
    shutil.rmtree(state)  # pytest keeps the folders of several sessions


def test_large_dataset_leaves_the_host_small(here: Place) -> None:
    """Every row is another, and the only fault is in the last line, so all of it is read."""
    idle = memory(here.pid, "VmRSS")
    forget_peak(here.pid)

    upload(here.stack.storage)
    run = eventually(lambda: run_of(here), "the blob becomes a run", PATIENCE)
    eventually(lambda: in_phase(here.app, run["id"], "rejected"), "its rejection", PATIENCE)

    report = here.app.report(run["id"])["validation"]
    last = report["file"]["lines"]
    assert report["file"]["bytes"] > MEBIBYTES << 20
    assert report["rules"]["json-syntax"] == {"error": 1}
    assert [f["line"] for f in report["findings"] if f["rule"] == "json-syntax"] == [last]
    assert memory(here.pid, "VmHWM") - idle < GROWTH


def upload(storage: str) -> None:
    """Put the dataset into the storage, a piece at a time."""
    row = f"When does ferry {NUMBER.decode()} of line {{}} go?"
    rows = (chat(say("user", row.format(n)), say("assistant", ANSWER)) for n in range(5_500))
    piece = lines(*rows)
    names = [f"{number:04}" for number in range((MEBIBYTES << 20) // len(piece) + 1)]
    with ContainerClient.from_connection_string(storage, "datasets") as container:
        container.create_container()
        blob = container.get_blob_client("large.jsonl")
        for name in names:
            blob.stage_block(name, piece.replace(NUMBER, name.encode()))
        blob.stage_block("last", b"{\n")
        blob.commit_block_list([BlobBlock(name) for name in [*names, "last"]])


def run_of(here: Place) -> dict[str, Any] | None:
    """The run of the only dataset."""
    return next(iter(here.app.runs()), None)


def memory(host: int, field: str) -> float:
    """MB that a host's processes have in memory now (VmRSS), or had at most (VmHWM)."""
    return sum(_megabytes(process / "status", field) for process in _processes(host))


def forget_peak(host: int) -> None:
    """Let VmHWM begin again at what is in memory now."""
    for process in _processes(host):
        (process / "clear_refs").write_text("5")


def _processes(host: int) -> list[Path]:
    # Each host is started in a session of its own, which its children stay in.
    return [process for process in Path("/proc").glob("[0-9]*") if _session(process) == host]


def _session(process: Path) -> int:
    with suppress(OSError):
        return int((process / "stat").read_text().rpartition(")")[2].split()[3])
    return 0


def _megabytes(status: Path, field: str) -> float:
    found = (line.split() for line in status.read_text().splitlines())
    return next(int(line[1]) / 1000 for line in found if line[0] == f"{field}:")
