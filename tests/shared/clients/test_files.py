"""Files at the emulated service, through the real SDK."""

import io
from collections.abc import Callable

import pytest
from azure.storage.blob import BlobServiceClient

from shared.clients.files import files
from shared.clients.storage import datasets
from shared.errors import ServiceError
from tests.dataset import DATASET
from tests.services import Emulator
from tests.shared.clients.conftest import Reply, ScriptedServer

BIG = 9 * 1024 * 1024


@pytest.mark.usefixtures("app")
def test_uploaded_file_is_found_by_name_and_id() -> None:
    """An upload is there under its name and id, with its size, processed in the end."""
    sent = files().upload("run-1.jsonl", io.BytesIO(DATASET))

    (found,) = files().find("run-1.jsonl")
    assert (found.id, found.filename, found.bytes) == (sent.id, "run-1.jsonl", len(DATASET))
    assert files().get(sent.id) == found
    assert (found.status, found.detail) == ("processed", None)


@pytest.mark.usefixtures("app")
def test_same_name_twice_is_two_files_oldest_first() -> None:
    """Names are not unique at the service, so all are found, in the order of their making."""
    sent = [files().upload("run-1.jsonl", io.BytesIO(DATASET)) for _ in range(2)]
    files().upload("run-2.jsonl", io.BytesIO(DATASET))

    found = files().find("run-1.jsonl")

    assert {file.id for file in found} == {file.id for file in sent}
    assert [file.created_at for file in found] == sorted(file.created_at for file in found)


@pytest.mark.usefixtures("app")
def test_file_that_the_service_refuses_says_why() -> None:
    """A file that is no JSONL ends as `error` with the service's words."""
    sent = files().upload("run-1.jsonl", io.BytesIO(b"this is no json\n"))

    found = files().get(sent.id)

    assert found is not None
    assert found.status == "error"
    assert found.detail


@pytest.mark.usefixtures("app")
def test_missing_file_is_none_and_deleting_it_is_fine() -> None:
    """A file that is not there is None, and may be deleted again."""
    sent = files().upload("run-1.jsonl", io.BytesIO(DATASET))
    files().delete(sent.id)
    files().delete(sent.id)

    assert files().get(sent.id) is None
    assert files().find("run-1.jsonl") == []


@pytest.mark.usefixtures("app")
def test_totals_count_files_and_bytes() -> None:
    """Totals are what the limits of a resource are about."""
    before = files().totals()
    files().upload("run-1.jsonl", io.BytesIO(DATASET))
    files().upload("run-2.jsonl", io.BytesIO(DATASET))

    assert before == (0, 0)
    assert files().totals() == (2, 2 * len(DATASET))


def test_blob_is_uploaded_without_a_copy(app: dict[str, str]) -> None:
    """A dataset larger than a piece goes from storage to the service with all its bytes."""
    line = DATASET.splitlines()[0] + b"\n"
    data = line * (BIG // len(line))
    with BlobServiceClient.from_connection_string(app["AzureWebJobsStorage"]) as service:
        service.create_container("datasets").upload_blob("big.jsonl", data)
    facts = datasets().facts("big.jsonl")
    assert facts is not None

    sent = files().upload("run-1.jsonl", datasets().open(facts))

    assert sent.bytes == len(data)


def test_blob_that_changes_under_an_upload_is_named(app: dict[str, str]) -> None:
    """A dataset that was replaced before it was sent is `dataset_changed`, not a broken network."""
    with BlobServiceClient.from_connection_string(app["AzureWebJobsStorage"]) as service:
        container = service.create_container("datasets")
        container.upload_blob("a.jsonl", DATASET)
        facts = datasets().facts("a.jsonl")
        assert facts is not None
        container.upload_blob("a.jsonl", DATASET + DATASET, overwrite=True)

    with pytest.raises(ServiceError) as caught:
        files().upload("run-1.jsonl", datasets().open(facts))

    assert (caught.value.code, caught.value.retryable) == ("dataset_changed", False)
    assert files().find("run-1.jsonl") == []


def test_lost_answer_is_not_sent_again(emulator: Emulator, app: dict[str, str]) -> None:
    """An upload whose answer is lost had its effect once; `find` shows it."""
    fault = {"method": "POST", "path": "/openai/v1/files", "when": "after", "reset": True}
    emulator.control("faults", fault)

    with pytest.raises(ServiceError) as caught:
        files().upload("run-1.jsonl", io.BytesIO(DATASET))

    assert caught.value.retryable
    assert len(files().find("run-1.jsonl")) == 1


def test_list_that_never_ends_is_ended(scripted_server: ScriptedServer) -> None:
    """A service that says "more" for ever but brings nothing new does not hang the caller."""
    file = {
        "id": "file-1",
        "object": "file",
        "bytes": 5,
        "created_at": 1700000000,
        "filename": "a.jsonl",
        "purpose": "fine-tune",
        "status": "processed",
    }
    scripted_server.reply_with(Reply(200, {"object": "list", "data": [file], "has_more": True}))

    assert [found.id for found in files().find("a.jsonl")] == ["file-1"]
    assert len(scripted_server.seen) == 2


def test_key_is_sent_when_one_is_set(
    scripted_server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an API key no token is asked for."""
    from shared.settings import settings

    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "the-key-itself")
    settings.cache_clear()
    scripted_server.reply_with(Reply(200, {"object": "list", "data": []}))

    files().totals()

    assert scripted_server.seen[0].headers["authorization"] == "Bearer the-key-itself"


@pytest.mark.parametrize(
    "call",
    [
        lambda: files().get("file-1"),
        lambda: files().delete("file-1"),
        lambda: files().find("a.jsonl"),
    ],
)
def test_failure_is_not_taken_for_absence(
    scripted_server: ScriptedServer, call: Callable[[], object]
) -> None:
    """Only a 404 means that something is not there; any other refusal is an error."""
    scripted_server.reply_with(
        Reply(500, {"error": {"code": "InternalServerError", "message": "Oh."}})
    )

    with pytest.raises(ServiceError, match="Oh"):
        call()
