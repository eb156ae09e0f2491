"""Large files go to the emulated service in parts, through the real SDK."""

import io
from typing import Any

import pytest

from shared.clients import uploads
from shared.clients.files import files
from shared.errors import ServiceError
from tests.dataset import DATASET
from tests.services import Emulator

PART = 1000  # bytes
LARGE = DATASET * 3
UPLOADS = "/openai/uploads"


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes in parts is as small as a test can send quickly."""
    monkeypatch.setattr(uploads, "PARTS_FROM_BYTES", len(LARGE))
    monkeypatch.setattr(uploads, "PART_BYTES", PART)


def requests(emulator: Emulator, path: str) -> list[Any]:
    """The requests below a path that the emulator has answered."""
    found = emulator.look("requests")["requests"]
    return [one for one in found if one["path"].startswith(path)]


@pytest.mark.usefixtures("app")
def test_large_file_goes_in_parts() -> None:
    """A file from the size on is the same bytes at the service, in order, under its name."""
    sent = files().upload("run-1.jsonl", io.BytesIO(LARGE))

    (found,) = files().find("run-1.jsonl")
    assert (found.id, found.bytes) == (sent.id, len(LARGE))
    assert files()._client.files.content(sent.id).content == LARGE


@pytest.mark.usefixtures("app")
def test_smaller_file_goes_in_one_request(emulator: Emulator) -> None:
    """One byte less goes as before."""
    files().upload("run-1.jsonl", io.BytesIO(LARGE[:-1]))

    assert requests(emulator, UPLOADS) == []


@pytest.mark.usefixtures("app")
def test_failure_cancels_the_upload(emulator: Emulator) -> None:
    """A part that is refused ends the upload at the service, and nothing is sent again."""
    fault = {"method": "POST", "path": f"{UPLOADS}/*/parts", "status": 500}
    emulator.control("faults", fault)

    with pytest.raises(ServiceError) as caught:
        files().upload("run-1.jsonl", io.BytesIO(LARGE))

    assert caught.value.retryable
    assert files().find("run-1.jsonl") == []
    assert [one["path"].rpartition("/")[2] for one in requests(emulator, UPLOADS)][-2:] == [
        "parts",
        "cancel",
    ]


@pytest.mark.usefixtures("app")
def test_lost_answer_of_the_last_call_has_made_the_file(emulator: Emulator) -> None:
    """An upload whose completion is lost is found by its name, once."""
    fault = {"method": "POST", "path": f"{UPLOADS}/*/complete", "when": "after", "reset": True}
    emulator.control("faults", fault)

    with pytest.raises(ServiceError) as caught:
        files().upload("run-1.jsonl", io.BytesIO(LARGE))

    assert caught.value.retryable
    assert len(files().find("run-1.jsonl")) == 1
