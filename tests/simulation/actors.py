"""What users do to a running app: drop, chat, cancel, pin, wake; again if the host dies of it."""

import hashlib
import threading
import time
from collections.abc import Callable

import httpx
from azure.core.exceptions import ResourceExistsError
from azure.data.tables import TableClient
from azure.storage.blob import ContainerClient

from shared.registry import Run
from shared.registry.table import Registry
from tests.journeys.place import CLIENT_KEY
from tests.simulation import waiting_chats
from tests.simulation.actions import ENDPOINTS, oldest_other, send
from tests.simulation.dropped import content
from tests.simulation.host import Host, HostDown
from tests.simulation.observations import Chat, Observations
from tests.simulation.story import Action

HOOK = "/runtime/webhooks/blobs"
TRIES = 40  # of something that users do while the host dies again and again
PATIENCE = 8.0  # seconds that the host gets to see what was dropped


class Actors:
    """Whoever uses the app of one run.

    Attributes:
        seen: What they did and saw.
        waiting: Chats that wait for their answer.
    """

    def __init__(self, host: Host, source: str) -> None:
        self._host = host
        self._source = source
        self._lock = threading.RLock()
        self.seen = Observations()
        self.waiting = waiting_chats.WaitingChats()
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

    def runs(self) -> list[Run]:
        """Every row of the registry."""
        return self.registry.runs()

    def keys(self) -> dict[str, set[str]]:
        """The keys of everything in the registry's table, by model."""
        found: dict[str, set[str]] = {}
        for one in self._table.query_entities("", select=["PartitionKey", "RowKey"]):
            found.setdefault(one["PartitionKey"], set()).add(one["RowKey"])
        return found

    def do(self, action: Action, tries: int = TRIES) -> None:
        """One action, tried so often if the host dies of it."""
        actions: dict[str, Callable[[Action, int], None]] = {
            "drop": self._drop,
            "event": self._event,
            "chat": self._chat,
            "cancel": self._cancel,
            "approve": self._approve,
            "kill": lambda *_: self._host.kill(),
            **dict.fromkeys(ENDPOINTS, self._request),
        }
        actions[action.what](action, tries)

    def ask_with_restarts(
        self, ask: Callable[[], httpx.Response], tries: int
    ) -> httpx.Response | None:
        """Ask, and again after a restart if the host dies of it; None after all tries."""
        for _ in range(tries):
            with self._lock:
                self._host.ensure()
            try:
                return ask()
            except HostDown:
                # Asked while it is on its way out, it would seem to refuse every try.
                self._host.wait_for_its_end()
        return None

    def _drop(self, action: Action, tries: int) -> None:
        blob, data = f"{action.dataset}.jsonl", content(action.words, action.flaw)
        answer = self._container.upload_blob(blob, data, overwrite=True)
        etag = str(answer.get_blob_properties().etag)
        self.seen.blobs[blob] = (data, etag)
        digest = hashlib.sha256(data).hexdigest()
        if action.flaw:
            self.seen.flawed.add(digest)
        self.seen.dropped.append((blob, digest, self._host.now()))
        self.seen.event_lost.pop(blob, None)
        if self._source != "EventGrid":
            self._wait_for_poll(blob, digest, etag.strip('"'))
        elif action.event_lost:
            self.seen.event_lost[blob] = digest
        else:
            self._send_event(blob, etag, tries)

    def _event(self, action: Action, tries: int) -> None:
        """The same event once more; under the polling source, a blob whose receipt was lost."""
        blob = f"{action.dataset}.jsonl"
        if blob in self.seen.blobs:
            self.seen.event_lost.pop(blob, None)
            self._send_event(blob, self.seen.blobs[blob][1], tries)

    def _send_event(self, blob: str, etag: str, tries: int) -> None:
        data = {"url": f"{self._container.url}/{blob}", "eTag": etag, "blobType": "BlockBlob"}
        event = {"eventType": "Microsoft.Storage.BlobCreated", "data": data}
        handled = self._count_handled_events(blob)
        self.ask_with_restarts(
            lambda: self._host.ask(
                "POST",
                HOOK,
                params={"functionName": "Host.Functions.on_dataset"},
                headers={"aeg-event-type": "Notification"},
                json=[event],
            ),
            tries,
        )
        # The answer only says that the event is queued; what follows needs its effect.
        until = time.monotonic() + PATIENCE
        while (
            self._count_handled_events(blob) == handled
            and self._host.alive()
            and time.monotonic() < until
        ):
            time.sleep(0.01)

    def _count_handled_events(self, blob: str) -> int:
        return self._host.log().count(f"blob on_dataset datasets/{blob}:")

    def _wait_for_poll(self, blob: str, digest: str, etag: str) -> None:
        """Wait until the polling source has seen the blob; time stands still meanwhile."""
        given_up = f"blob on_dataset datasets/{blob}: try 5 of 5 failed"
        before, until = self._host.log().count(given_up), time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._host.log().count(given_up) > before:
                self.seen.event_lost[blob] = digest
                return
            if any(run.dataset.blob == blob and run.dataset.etag == etag for run in self.runs()):
                return
            with self._lock:
                self._host.ensure()
            time.sleep(0.03)

    def _chat(self, action: Action, tries: int) -> None:
        if action.waits:
            self.waiting.start(
                lambda: self._send_chat(action, waiting_chats.TRIES),
                lambda: any(
                    one.deployment.waking_since
                    for one in self.runs()
                    if one.model == action.dataset
                ),
            )
        else:
            self._send_chat(action, tries)

    def _send_chat(self, action: Action, tries: int) -> None:
        body = {"model": action.dataset, "messages": [{"role": "user", "content": "Hello?"}]}
        headers = {"authorization": f"Bearer {CLIENT_KEY}"}
        headers |= waiting_chats.HEADERS if action.waits else {}
        path, begun = "/api/v1/chat/completions", self._host.now()
        answer = self.ask_with_restarts(
            lambda: waiting_chats.ask_within_limit(
                lambda: self._host.ask("POST", path, json=body, headers=dict(headers))
            ),
            tries,
        )
        if answer is not None:
            # Time may have gone on by weeks after a line that was held had its answer.
            at = begun if action.waits else self._host.now()
            chat = Chat(action.dataset, at, answer.status_code, answer.text, action.waits)
            self.seen.chats.append(chat)

    def _cancel(self, action: Action, tries: int) -> None:
        for run in self.runs():
            if run.model == action.dataset and not run.resting:
                path = f"/api/runs/{run.id}/cancel"
                answer = self.ask_with_restarts(lambda: self._host.ask("POST", path), tries)  # noqa: B023
                if answer is not None and answer.status_code == 202:
                    self.seen.cancelled.append(run.id)

    def _approve(self, action: Action, tries: int) -> None:
        for run in self.runs():
            if run.model == action.dataset and not run.resting:
                path, asked = f"/api/runs/{run.id}/approve", self._host.now()
                answer = self.ask_with_restarts(lambda: self._host.ask("POST", path), tries)  # noqa: B023
                if answer is not None and answer.is_success:
                    self.seen.approved[run.id] = asked

    def _request(self, action: Action, tries: int) -> None:
        run = ""
        if action.what == "promote":
            run = oldest_other(self.runs(), self.registry.model(action.dataset), action.dataset)
            if not run:
                return
        send(action, self._host, lambda ask: self.ask_with_restarts(ask, tries), run, self.seen)
