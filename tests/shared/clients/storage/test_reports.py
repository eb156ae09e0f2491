"""Reports on a real Azurite."""

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from azure.storage.blob import BlobServiceClient

from shared.clients.storage import reports
from shared.errors import ServiceError


def test_written_report_is_read_back(account: BlobServiceClient) -> None:
    """The first write makes the container; the type is kept for browsers."""
    reports().write("run-1/validation.html", b"<p>hi</p>", "text/html")

    blob = account.get_blob_client("reports", "run-1/validation.html").get_blob_properties()
    assert reports().read("run-1/validation.html") == b"<p>hi</p>"
    assert blob.content_settings.content_type == "text/html"


def test_report_is_replaced() -> None:
    """An activity that runs twice leaves one report, the last one."""
    reports().write("run-1/a.json", b"1", "application/json")
    reports().write("run-1/a.json", b"2", "application/json")

    assert reports().read("run-1/a.json") == b"2"


def test_missing_report_is_none() -> None:
    """No report, and no container, is None."""
    assert reports().read("run-1/a.json") is None


def test_first_writers_do_not_fall_over_each_other() -> None:
    """Threads that all find the container missing all succeed."""
    names = [f"run-{number}/a.json" for number in range(8)]

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: reports().write(name, name.encode(), "text/plain"), names))

    assert [reports().read(name) for name in names] == [name.encode() for name in names]


def test_refusal_has_storage_own_code_and_no_ids(
    storage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong account key gives storage's code and one line of reason, and not the key."""
    wrong = "d3Jvbmcta2V5LXdyb25nLWtleQ=="
    account = re.sub(r"AccountKey=[^;]+", f"AccountKey={wrong}", storage)
    monkeypatch.setenv("AzureWebJobsStorage", account)

    with pytest.raises(ServiceError) as caught:
        reports().write("run-1/a.json", b"1", "text/plain")

    assert (caught.value.code, caught.value.status) == ("AuthorizationFailure", 403)
    assert "Storage Blob Data Owner" in caught.value.hint
    assert "RequestId" not in caught.value.message
    assert wrong not in caught.value.message


def test_storage_that_is_down_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A storage account that does not answer is worth another try."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    at = f"BlobEndpoint=http://127.0.0.1:{port}/a;AccountName=a;AccountKey=a2V5"
    monkeypatch.setenv("AzureWebJobsStorage", at)

    with pytest.raises(ServiceError) as caught:
        reports().read("run-1/a.json")

    assert (caught.value.code, caught.value.retryable) == ("unreachable", True)


def test_old_reports_are_deleted() -> None:
    """What was written before a time goes, the record of a model's deletion stays."""
    for name in ("run-1/evaluation.json", "run-2/validation.html", "brolly/deletion.json"):
        reports().write(name, b"x", "application/json")

    now = datetime.now(UTC)
    early = reports().delete_older(now - timedelta(hours=1))
    late = reports().delete_older(now + timedelta(hours=1))

    assert (early, late) == (0, 2)
    assert reports().read("run-1/evaluation.json") is None
    assert reports().read("brolly/deletion.json") == b"x"


def test_nothing_is_deleted_where_no_report_was_written() -> None:
    """Without the container there is nothing to delete, and no error."""
    assert reports().delete_older(datetime.now(UTC)) == 0
