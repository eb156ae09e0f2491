"""What people do to a running app: drop, chat, cancel, pin, wake; again if the host dies of it."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableClient
from azure.storage.blob import ContainerClient

from shared.registry import Registry, Version
from tests.journeys.place import CLIENT_KEY
from tests.simulation import lines
from tests.simulation.actions import DOORS, Wish, older, utter
from tests.simulation.dropped import content
from tests.simulation.host import Host, HostDown
from tests.simulation.story import Deed

HOOK = "/runtime/webhooks/blobs"
TRIES = 40  # of something that people do while the host dies again and again
PATIENCE = 8.0  # seconds that the host gets to see what was dropped


@dataclass(frozen=True)
class Chat:
    """A chat: of which model, when (virtual time), what came back, and whether it held the line."""

    model: str
    at: datetime
    status: int
    body: str
    patient: bool = False


@dataclass
class Seen:
    """What was done and seen from outside; everything else is looked up afterwards.

    Attributes:
        blobs: Bytes and ETag of what was dropped last, by blob.
        dropped: Every dropped bytes' digest with the blob and when, in order.
        flawed: Digests of the bytes of which the service's job fails.
        pins: When a model was pinned.
        approved: When a run was let above the budget.
        unheard: Digest of the bytes that lie in a blob, and of which no event told.
        deleted: When the deletion of a model was asked for.
        wishes: What was asked of models, with the answers, in order.
        skipped: Deeds whose moment never came.
    """

    blobs: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    dropped: list[tuple[str, str, datetime]] = field(default_factory=list)
    chats: list[Chat] = field(default_factory=list)
    flawed: set[str] = field(default_factory=set)
    unheard: dict[str, str] = field(default_factory=dict)
    pins: dict[str, datetime] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    approved: dict[str, datetime] = field(default_factory=dict)
    deleted: dict[str, datetime] = field(default_factory=dict)
    wishes: list[Wish] = field(default_factory=list)
    skipped: list[Deed] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class People:
    """Whoever uses the app of one run.

    Attributes:
        seen: What they did and saw.
        lines: Chats that wait for their answer.
    """

    def __init__(self, host: Host, source: str) -> None:
        self._host = host
        self._source = source
        self._lock = threading.RLock()
        self.seen = Seen()
        self.lines = lines.Lines()
        self._container = ContainerClient.from_connection_string(host.storage, "datasets")
        self._table = TableClient.from_connection_string(host.storage, "models")
        self.registry = Registry(self._table)
        for make in (self._container.create_container, self._table.create_table):
            try:
                make()
            except ResourceExistsError:
                continue

    def close(self) -> None:
        """Close the connections to storage."""
        self._container.close()
        self._table.close()

    def versions(self) -> list[Version]:
        """Every row of the registry."""
        return self.registry.runs()

    def keys(self) -> dict[str, set[str]]:
        """The keys of everything in the registry's table, by model."""
        found: dict[str, set[str]] = {}
        for one in self._table.query_entities("", select=["PartitionKey", "RowKey"]):
            found.setdefault(one["PartitionKey"], set()).add(one["RowKey"])
        return found

    def do(self, deed: Deed, tries: int = TRIES) -> None:
        """One deed, tried so often if the host dies of it."""
        deeds: dict[str, Callable[[Deed, int], None]] = {
            "drop": self._drop,
            "event": self._event,
            "chat": self._chat,
            "cancel": self._cancel,
            "approve": self._approve,
            "kill": lambda *_: self._host.kill(),
            **dict.fromkeys(DOORS, self._wish),
        }
        deeds[deed.what](deed, tries)

    def insist(self, ask: Callable[[], httpx.Response], tries: int) -> httpx.Response | None:
        """Ask, and again with the host started anew if it dies of that; None after all tries."""
        for _ in range(tries):
            with self._lock:
                self._host.ensure()
            try:
                return ask()
            except HostDown:
                # Asked while it is on its way out, it would seem to refuse every try.
                self._host.wait_for_its_end()
        return None

    def _drop(self, deed: Deed, tries: int) -> None:
        blob, data = f"{deed.dataset}.jsonl", content(deed.words, deed.flaw)
        answer = self._container.upload_blob(blob, data, overwrite=True)
        etag = str(answer.get_blob_properties().etag)
        self.seen.blobs[blob] = (data, etag)
        digest = hashlib.sha256(data).hexdigest()
        if deed.flaw:
            self.seen.flawed.add(digest)
        self.seen.dropped.append((blob, digest, self._host.now()))
        self.seen.unheard.pop(blob, None)
        if self._source != "EventGrid":
            self._found(blob, digest, etag.strip('"'))
        elif deed.unheard:
            self.seen.unheard[blob] = digest
        else:
            self._tell(blob, etag, tries)

    def _event(self, deed: Deed, tries: int) -> None:
        """The same event once more; under the polling source, a blob whose receipt was lost."""
        blob = f"{deed.dataset}.jsonl"
        if blob in self.seen.blobs:
            self.seen.unheard.pop(blob, None)
            self._tell(blob, self.seen.blobs[blob][1], tries)

    def _tell(self, blob: str, etag: str, tries: int) -> None:
        data = {"url": f"{self._container.url}/{blob}", "eTag": etag, "blobType": "BlockBlob"}
        event = {"eventType": "Microsoft.Storage.BlobCreated", "data": data}
        handled = self._handled(blob)
        self.insist(
            lambda: self._host.ask(
                "POST",
                HOOK,
                params={"functionName": "Host.Functions.on_dataset"},
                headers={"aeg-event-type": "Notification"},
                json=[event],
            ),
            tries,
        )
        # The answer only says that the event is queued; a moment is met by what comes of it.
        until = time.monotonic() + PATIENCE
        while self._handled(blob) == handled and self._host.alive() and time.monotonic() < until:
            time.sleep(0.01)

    def _handled(self, blob: str) -> int:
        return self._host.log().count(f"blob on_dataset datasets/{blob}:")

    def _found(self, blob: str, digest: str, etag: str) -> None:
        """Wait until the polling source has seen the blob; time stands still meanwhile."""
        given_up = f"blob on_dataset datasets/{blob}: try 5 of 5 failed"
        before, until = self._host.log().count(given_up), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._host.log().count(given_up) > before:
                self.seen.unheard[blob] = digest
                return
            if any(v.dataset == blob and v.etag == etag for v in self.versions()):
                return
            with self._lock:
                self._host.ensure()
            time.sleep(0.03)

    def _chat(self, deed: Deed, tries: int) -> None:
        if deed.patient:
            self.lines.hold(
                lambda: self._converse(deed, lines.TRIES),
                lambda: any(v.waking for v in self.versions() if v.model == deed.dataset),
            )
        else:
            self._converse(deed, tries)

    def _converse(self, deed: Deed, tries: int) -> None:
        body = {"model": deed.dataset, "messages": [{"role": "user", "content": "Hello?"}]}
        headers = {"authorization": f"Bearer {CLIENT_KEY}"}
        headers |= lines.HEADERS if deed.patient else {}
        path, begun = "/api/v1/chat/completions", self._host.now()
        answer = self.insist(
            lambda: lines.answered(
                lambda: self._host.ask("POST", path, json=body, headers=dict(headers))
            ),
            tries,
        )
        if answer is not None:
            # Time may have gone on by weeks after a line that was held had its answer.
            at = begun if deed.patient else self._host.now()
            chat = Chat(deed.dataset, at, answer.status_code, answer.text, deed.patient)
            self.seen.chats.append(chat)

    def _cancel(self, deed: Deed, tries: int) -> None:
        for version in self.versions():
            if version.model == deed.dataset and not version.resting:
                path = f"/api/runs/{version.run}/cancel"
                answer = self.insist(lambda: self._host.ask("POST", path), tries)  # noqa: B023
                if answer is not None and answer.status_code == 202:
                    self.seen.cancelled.append(version.run)

    def _approve(self, deed: Deed, tries: int) -> None:
        for version in self.versions():
            if version.model == deed.dataset and not version.resting:
                path, asked = f"/api/runs/{version.run}/approve", self._host.now()
                answer = self.insist(lambda: self._host.ask("POST", path), tries)  # noqa: B023
                if answer is not None and answer.is_success:
                    self.seen.approved[version.run] = asked

    def _wish(self, deed: Deed, tries: int) -> None:
        run = ""
        if deed.what == "promote":
            run = older(self.versions(), self.registry.model(deed.dataset), deed.dataset)
            if not run:
                return
        utter(deed, self._host, lambda ask: self.insist(ask, tries), run, self.seen)
