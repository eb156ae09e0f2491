"""Performs a story: lets time pass, does what people do, starts the host again when it died."""

import hashlib
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import httpx
from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableClient
from azure.storage.blob import ContainerClient

from shared.pipeline import RESTING
from shared.registry import Registry, Version
from tests.journeys.place import CLIENT_KEY
from tests.journeys.steps import rows
from tests.simulation.stage import Host, HostDown
from tests.simulation.story import Deed, Story

HOOK = "/runtime/webhooks/blobs"
SETTLE = (300, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 24 * 3600, 48 * 3600)  # seconds, one by one
TRIES = 40  # of something that people do while the host dies again and again
QUIET = 0.4  # seconds without a line in the log: nothing can go on
PATIENCE = 5.0  # seconds that the host gets to see what was dropped


@dataclass(frozen=True)
class Chat:
    """A chat that was asked: of which model, when (virtual time), and what came back."""

    model: str
    at: datetime
    status: int
    body: str


@dataclass
class Seen:
    """What was done and seen from outside; everything else is looked up afterwards.

    Attributes:
        blobs: Bytes and ETag of what was dropped last, by blob.
        dropped: Every dropped bytes' digest with the blob and when, in order.
        pins: When a model was pinned.
        skipped: Deeds whose moment never came.
    """

    blobs: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    dropped: list[tuple[str, str, datetime]] = field(default_factory=list)
    chats: list[Chat] = field(default_factory=list)
    pins: dict[str, datetime] = field(default_factory=dict)
    cancelled: list[str] = field(default_factory=list)
    skipped: list[Deed] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Performance:
    """One story on one host."""

    def __init__(self, story: Story, host: Host) -> None:
        self._story = story
        self._host = host
        self._lock = threading.RLock()
        self._gates: list[tuple[Deed, Path]] = []
        self._over = threading.Event()
        self._began = self._now()
        self.seen = Seen()
        self._container = ContainerClient.from_connection_string(host.storage, "datasets")
        self._table = TableClient.from_connection_string(host.storage, "models")
        self.registry = Registry(self._table)

    def perform(self) -> Seen:
        """Everything that the story holds, and then time until all is at rest."""
        self._prepare()
        watch = threading.Thread(target=self._watch, daemon=True)
        watch.start()
        try:
            self._host.ensure()
            for deed in sorted((d for d in self._story.deeds if not d.during), key=lambda d: d.at):
                self._advance(self._began + timedelta(seconds=deed.at))
                self._do(deed)
            self._settle()
            self._idle()
        finally:
            self._over.set()
            watch.join()
        self.seen.skipped += [deed for deed, _ in self._gates]
        return self.seen

    def close(self) -> None:
        """Close the connections to storage."""
        self._container.close()
        self._table.close()

    def versions(self) -> list[Version]:
        """Every row of the registry."""
        try:
            return self.registry.runs()
        except Exception as error:
            if "TableNotFound" in str(error):
                return []
            raise

    def _prepare(self) -> None:
        for make in (self._container.create_container, self._table.create_table):
            try:
                make()
            except ResourceExistsError:
                continue
        deeds = [deed for deed in self._story.deeds if deed.during]
        self._gates = [(d, self._host.folder / f"gate-{n}") for n, d in enumerate(deeds)]
        holds = [{"at": d.during, "skip": d.skip, "file": str(f)} for d, f in self._gates]
        self._host.plan(self._story.faults, holds)

    def _watch(self) -> None:
        """Do what waits for a point while the host is held there."""
        while not self._over.is_set():
            for deed, file in list(self._gates):
                if Path(f"{file}.reached").exists():
                    self._gates.remove((deed, file))
                    try:
                        self._do(deed, tries=3)
                        self._linger(deed)
                    finally:
                        Path(f"{file}.go").touch()
            time.sleep(0.005)

    def _linger(self, deed: Deed) -> None:
        """Hold on until what was dropped has come as far as it can while time stands still."""
        length, until = -1, time.monotonic() + PATIENCE
        while deed.what == "drop" and time.monotonic() < until and self._host.alive():
            if len(self._host.log()) == length:
                return
            length = len(self._host.log())
            time.sleep(QUIET)

    # ---- time

    def _advance(self, to: datetime) -> None:
        body = {"to": to.isoformat()}
        self._insist(lambda: self._host.ask("POST", "/admin/host/clock", json=body), TRIES)

    def _now(self) -> datetime:
        offset = float((self._host.folder.parent / "clock").read_text() or 0)
        return datetime.now(UTC) + timedelta(seconds=offset)

    def _settle(self) -> None:
        """Let time pass until every run rests; what a story still holds back is let go."""
        for seconds in SETTLE:
            self._advance(self._now() + timedelta(seconds=seconds))
            self._all_found()
            if all(version.phase in RESTING for version in self.versions()):
                break

    def _all_found(self) -> None:
        """Wait until what was dropped last is known; the polling source takes its time."""
        last = {(blob, digest) for blob, digest, _ in self.seen.dropped[-1:]}
        until = time.monotonic() + PATIENCE
        while not last <= {(v.dataset, v.sha256) for v in self.versions()}:
            if time.monotonic() > until:
                return
            self._host.ensure()
            time.sleep(0.03)

    def _idle(self) -> None:
        """Weeks without use, but for the first dataset's model in every second story.

        Then somebody wants a model again, which may be asleep by now.
        """
        if not self._story.idle_days:
            return
        kept = self._story.datasets[: self._story.seed % 2]
        for _ in range(2):
            self._advance(self._now() + timedelta(days=self._story.idle_days / 2))
            for name in kept:
                self._do(Deed("chat", name))
        self._do(Deed(("chat", "wake")[self._story.seed // 2 % 2], self._story.datasets[-1]))
        self._settle()

    # ---- deeds

    def _do(self, deed: Deed, tries: int = TRIES) -> None:
        deeds: dict[str, Callable[[Deed, int], None]] = {
            "drop": self._drop,
            "event": self._event,
            "chat": self._chat,
            "cancel": self._cancel,
            "pin": self._pin,
            "wake": self._wake,
            "kill": lambda *_: self._host.kill(),
        }
        deeds[deed.what](deed, tries)

    def _insist(self, ask: Callable[[], httpx.Response], tries: int) -> httpx.Response | None:
        """Ask, and again with the host started anew if it dies of that; None after all tries."""
        for _ in range(tries):
            with self._lock:
                self._host.ensure()
            try:
                return ask()
            except HostDown:
                continue
        return None

    def _drop(self, deed: Deed, tries: int) -> None:
        blob, data = f"{deed.dataset}.jsonl", content(deed.words)
        answer = self._container.upload_blob(blob, data, overwrite=True)
        etag = str(answer.get_blob_properties().etag)
        self.seen.blobs[blob] = (data, etag)
        digest = hashlib.sha256(data).hexdigest()
        self.seen.dropped.append((blob, digest, self._now()))
        if self._story.source == "EventGrid":
            self._tell(blob, etag, tries)
        else:
            self._found(blob, etag.strip('"'))

    def _event(self, deed: Deed, tries: int) -> None:
        """The same event once more; under the polling source, a blob whose receipt was lost."""
        blob = f"{deed.dataset}.jsonl"
        if blob in self.seen.blobs:
            self._tell(blob, self.seen.blobs[blob][1], tries)

    def _tell(self, blob: str, etag: str, tries: int) -> None:
        data = {"url": f"{self._container.url}/{blob}", "eTag": etag, "blobType": "BlockBlob"}
        event = {"eventType": "Microsoft.Storage.BlobCreated", "data": data}
        handled = self._handled(blob)
        self._insist(
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

    def _found(self, blob: str, etag: str) -> None:
        """Wait until the polling source has seen the blob; time stands still meanwhile."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if any(v.dataset == blob and v.etag == etag for v in self.versions()):
                return
            with self._lock:
                self._host.ensure()
            time.sleep(0.03)

    def _chat(self, deed: Deed, tries: int) -> None:
        body = {"model": deed.dataset, "messages": [{"role": "user", "content": "Hello?"}]}
        headers = {"authorization": f"Bearer {CLIENT_KEY}"}
        path = "/api/v1/chat/completions"
        answer = self._insist(
            lambda: self._host.ask("POST", path, json=body, headers=headers), tries
        )
        if answer is not None:
            chat = Chat(deed.dataset, self._now(), answer.status_code, answer.text)
            self.seen.chats.append(chat)

    def _cancel(self, deed: Deed, tries: int) -> None:
        for version in self.versions():
            if version.model == deed.dataset and not version.resting:
                path = f"/api/runs/{version.run}/cancel"
                answer = self._insist(lambda: self._host.ask("POST", path), tries)  # noqa: B023
                if answer is not None and answer.status_code == 202:
                    self.seen.cancelled.append(version.run)

    def _pin(self, deed: Deed, tries: int) -> None:
        path = f"/api/models/{deed.dataset}/pin"
        answer = self._insist(lambda: self._host.ask("POST", path), tries)
        if answer is not None and answer.is_success:
            self.seen.pins[deed.dataset] = self._now()

    def _wake(self, deed: Deed, tries: int) -> None:
        path = f"/api/models/{deed.dataset}/wake"
        self._insist(lambda: self._host.ask("POST", path), tries)


@lru_cache(maxsize=64)
def content(words: int) -> bytes:
    """The bytes of a number: the travel sample in other words; below 0 with a faulty row."""
    data = rows(f"[{words}]")
    if words < 0:
        data[1]["messages"][1]["role"] = "usr"
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in data)
