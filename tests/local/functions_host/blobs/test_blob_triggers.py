"""Blob triggers against a real Azurite: what fires, how often, and what is left in storage."""

import json
import signal
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from tests.local.functions_host.running import APPS, RunningHost, host, until

pytestmark = pytest.mark.services

HOST_ID = "tests"
APP = APPS / "background"


class Storage:
    """A storage account as a person sees it."""

    def __init__(self, connection: str) -> None:
        self.connection = connection
        self._blobs = BlobServiceClient.from_connection_string(connection)
        self._queues = QueueServiceClient.from_connection_string(connection)

    def write(self, container: str, name: str, content: str, **options: Any) -> str:
        """Write a blob; its ETag, with quotes."""
        with suppress(ResourceExistsError):
            self._blobs.create_container(container)
        blob = self._blobs.get_blob_client(container, name)
        return str(blob.upload_blob(content.encode(), overwrite=True, **options)["etag"])

    def delete(self, container: str, name: str) -> None:
        """Delete a blob."""
        self._blobs.get_blob_client(container, name).delete_blob()

    def names(self, prefix: str) -> list[str]:
        """Names of the host's own blobs with this prefix."""
        container = self._blobs.get_container_client("azure-webjobs-hosts")
        return [blob.name for blob in container.list_blobs(name_starts_with=prefix)]

    def url(self, container: str, name: str) -> str:
        """A blob's address."""
        return str(self._blobs.get_blob_client(container, name).url)

    def messages(self, name: str) -> list[Any]:
        """The messages that show in a queue, decoded."""
        try:
            messages = self._queues.get_queue_client(name).peek_messages(32)
        except ResourceNotFoundError:
            return []
        return [json.loads(b64decode(message.content)) for message in messages]

    def close(self) -> None:
        """Close the connections."""
        self._blobs.close()
        self._queues.close()


@pytest.fixture(scope="module")
def account(azurite_server: Any) -> Iterator[Storage]:
    """A storage account for all tests of this module; each has blobs of its own."""
    opened = Storage(azurite_server.fresh())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def running(account: Storage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """A host on that account."""
    with host(APP, tmp_path_factory.mktemp("state"), *_flags(account)) as started:
        yield started


@pytest.fixture
def own_account(storage: str) -> Iterator[Storage]:
    """An empty account for a test that stops or kills hosts."""
    opened = Storage(storage)
    yield opened
    opened.close()


def _flags(account: Storage, *more: str) -> list[str]:
    return [
        *("--storage", account.connection, "--blob-interval", "0.1"),
        *("--setting", "CONTAINER=files", "--setting", f"Storage={account.connection}"),
        *("--setting", "DAILY=0 0 3 * * *"),
        *("--setting", f"AzureFunctionsWebHost__hostId={HOST_ID}", *more),
    ]


def _log_entries(running: RunningHost, mark: str, name: str = "") -> list[dict[str, Any]]:
    """What the app has logged of blobs whose names begin so."""
    lines = [json.loads(line) for line in running.lines(f" {mark} ")]
    return [line for line in lines if str(line.get("name", line.get("blob"))).startswith(name)]


def test_a_blob_fires_once_for_each_version(account: Storage, running: RunningHost) -> None:
    """A new blob runs its function once, with the real host's receipt; a rewrite runs it again."""
    first = account.write("inbox", "once/b c.txt", "one", metadata={"colour": "red"})
    until(lambda: _log_entries(running, "TEXT", "inbox/once"))
    time.sleep(0.5)
    (seen,) = _log_entries(running, "TEXT", "inbox/once")
    second = account.write("inbox", "once/b c.txt", "two")
    until(lambda: len(_log_entries(running, "TEXT", "inbox/once")) == 2)

    assert seen == {
        "name": "inbox/once/b c.txt",
        "length": 3,
        "uri": account.url("inbox", "once/b c.txt"),
        "content": "one",
        "metadata": {"colour": "red"},
    }
    receipts = f"blobreceipts/{HOST_ID}/Host.Functions.on_text"
    expected = {f"{receipts}/{etag}/inbox/once/b c.txt" for etag in (first, second)}
    assert {name for name in account.names(receipts) if "/once/" in name} == expected


def test_what_does_not_match_is_left_alone(account: Storage, running: RunningHost) -> None:
    """Only blobs that the path describes fire; a setting and another connection name work."""
    account.write("inbox", "match.png", "x")
    account.write("files", "top-level", "x")
    account.write("files", "folder/file.bin", "x")
    until(lambda: _log_entries(running, "REFERENCE"))
    time.sleep(0.5)

    assert _log_entries(running, "REFERENCE") == [{"container": "files", "blob": "folder/file.bin"}]
    assert _log_entries(running, "TEXT", "inbox/match") == []


def test_deleting_the_receipt_fires_again(account: Storage, running: RunningHost) -> None:
    """Who deletes a receipt gets the function run again, while the host runs."""
    account.write("inbox", "receipt.txt", "one")
    until(lambda: _log_entries(running, "TEXT", "inbox/receipt"))

    for name in account.names("blobreceipts/"):
        if name.endswith("/receipt.txt"):
            account.delete("azure-webjobs-hosts", name)

    until(lambda: len(_log_entries(running, "TEXT", "inbox/receipt")) == 2)


def test_tries_then_the_poison_queue(account: Storage, running: RunningHost) -> None:
    """A function that fails is tried as often as host.json says; then the message is set aside."""
    etag = account.write("inbox", "poison.txt", "bad")
    (poison,) = until(lambda: account.messages("webjobs-blobtrigger-poison"))
    time.sleep(0.3)

    assert len(_log_entries(running, "TEXT", "inbox/poison")) == 3
    assert poison == {
        "Type": "BlobTrigger",
        "FunctionId": "Host.Functions.on_text",
        "BlobType": "BlockBlob",
        "ContainerName": "inbox",
        "BlobName": "poison.txt",
        "ETag": etag,
    }
    assert account.messages(f"azure-webjobs-blobtrigger-{HOST_ID}") == []


def test_many_blobs(account: Storage, running: RunningHost) -> None:
    """More blobs than one batch of messages holds each fire once."""
    names = {f"inbox/many/{number}.txt" for number in range(60)}
    for name in names:
        account.write("inbox", name.removeprefix("inbox/"), "x")

    until(lambda: len(_log_entries(running, "TEXT", "inbox/many")) >= len(names))
    time.sleep(0.5)

    seen = [item["name"] for item in _log_entries(running, "TEXT", "inbox/many")]
    assert sorted(seen) == sorted(names)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_restart(own_account: Storage, tmp_path: Path, how: signal.Signals) -> None:
    """What fires at a start: blobs written before it, and the one whose function was cut short.

    Blobs that ran before do not fire again.
    """
    own_account.write("inbox", "early.txt", "early")
    in_work, end = tmp_path / "blobs-in-work.json", tmp_path / "end"
    settings = {"SLOW_UNTIL": str(end)}
    with host(APP, tmp_path, *_flags(own_account), settings=settings) as started:
        until(lambda: _log_entries(started, "TEXT"))
        own_account.write("inbox", "slow.txt", "slow")
        until(lambda: in_work.is_file() and json.loads(in_work.read_text()))
        started.process.send_signal(how)
        code = started.process.wait(60)
    own_account.write("inbox", "late.txt", "late")
    end.touch()

    (tmp_path / "host.log").unlink()
    with host(APP, tmp_path, *_flags(own_account), settings=settings) as started:
        until(lambda: len(_log_entries(started, "TEXT")) >= 2)
        time.sleep(0.5)
        contents = [seen["content"] for seen in _log_entries(started, "TEXT")]

    assert code == (0 if how == signal.SIGTERM else -signal.SIGKILL)
    assert sorted(contents) == ["late", "slow"]


def _event(account: Storage, name: str, etag: str) -> dict[str, Any]:
    return {
        "id": "1",
        "topic": "/subscriptions/x",
        "subject": f"/blobServices/default/containers/events/blobs/{name}",
        "eventType": "Microsoft.Storage.BlobCreated",
        "eventTime": "2026-11-25T10:00:00Z",
        "data": {
            "api": "PutBlob",
            "eTag": etag.strip('"'),
            "blobType": "BlockBlob",
            "url": account.url("events", name),
        },
    }


def test_event_grid(account: Storage, running: RunningHost) -> None:
    """The webhook shakes hands, runs a function for each event, again for a repeated one."""
    hook = "/runtime/webhooks/blobs?functionName=Host.Functions.on_event"
    kind = "aeg-event-type"
    etag = account.write("events", "a b.txt", "new")
    events = [_event(account, "a b.txt", etag)]
    with running.http("system") as http:
        hello = [{"data": {"validationCode": "abc"}}]
        handshake = http.post(hook, json=hello, headers={kind: "SubscriptionValidation"})
        first = http.post(hook, json=events, headers={kind: "Notification"})
        until(lambda: len(_log_entries(running, "EVENT")) == 1)
        http.post(hook, json=events, headers={kind: "Notification"})
        until(lambda: len(_log_entries(running, "EVENT")) == 2)

    assert handshake.text == '{"validationResponse":"abc"}'
    assert first.status_code == 202
    assert _log_entries(running, "EVENT")[0] == {"name": "events/a b.txt", "content": "new"}
    assert not [name for name in account.names("blobreceipts/") if "/events/" in name]


def test_event_for_an_older_version(account: Storage, running: RunningHost) -> None:
    """In an app that also polls, an event for a version that is no more runs nothing."""
    hook = "/runtime/webhooks/blobs?functionName=Host.Functions.on_event"
    first = account.write("events", "old.txt", "first")
    second = account.write("events", "old.txt", "second")
    events = [_event(account, "old.txt", etag) for etag in (first, second)]
    with running.http("system") as http:
        http.post(hook, json=events, headers={"aeg-event-type": "Notification"})
    until(lambda: _log_entries(running, "EVENT", "events/old"))
    time.sleep(0.5)

    assert len(_log_entries(running, "EVENT", "events/old")) == 1


@pytest.mark.parametrize(
    ("path", "key", "content", "status"),
    [
        ("?functionName=Host.Functions.on_event", "default", "[]", 401),
        ("?functionName=Host.Functions.unknown", "system", "[]", 202),
        ("", "system", "[]", 202),
        ("?functionName=Host.Functions.on_event", "system", "no JSON", 500),
        ("?functionName=Host.Functions.on_event", "system", '[{"eventType": 1, "data": {}}]', 202),
        ("?functionName=Host.Functions.on_event", "system", '[{"eventType": 1}]', 500),
        ("?functionName=Host.Functions.on_event", "system", "[1]", 500),
    ],
)
def test_event_grid_refusals(
    running: RunningHost, path: str, key: str, content: str, status: int
) -> None:
    """The webhook needs its key and events with data; an unknown function is accepted."""
    with running.http(key) as http:
        answer = http.post(
            f"/runtime/webhooks/blobs{path}",
            content=content,
            headers={"aeg-event-type": "Notification"},
        )

    assert answer.status_code == status


def test_by_hand(account: Storage, running: RunningHost) -> None:
    """The admin page runs a blob function, if the blob exists, and a timer function."""
    account.write("inbox", "hand.txt", "one")
    until(lambda: _log_entries(running, "TEXT", "inbox/hand"))
    with running.http("master") as http:
        again = http.post("/admin/functions/on_text", json={"input": "inbox/hand.txt"})
        missing = http.post("/admin/functions/on_text", json={"input": "inbox/none.txt"})
        timer = http.post("/admin/functions/daily", json={"input": ""})
        empty = http.post("/admin/functions/daily")
    until(lambda: len(_log_entries(running, "TEXT", "inbox/hand")) == 2)
    until(lambda: running.lines(" DAILY "))

    codes = [answer.status_code for answer in (again, missing, timer, empty)]
    assert codes == [202, 202, 202, 400]
