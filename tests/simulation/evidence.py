"""What a run left behind: the registry, the service, storage, histories, logs."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from local.functions_host.blobs.work_queue import POISON
from shared.registry import Model, Run
from shared.registry.state import Phase
from tests.services import Emulator
from tests.simulation.actors import Actors
from tests.simulation.host import Host
from tests.simulation.observations import Observations
from tests.simulation.story import Story

Complaints = Iterator[str]


@dataclass(frozen=True)
class Request:
    """A request that the service got: its virtual time, and what it did (0: nothing)."""

    at: datetime
    method: str
    path: str
    effect: int


@dataclass(frozen=True)
class Delivery:
    """A delivery of a notification, whether or not its receiver accepted it."""

    id: str
    event: str
    run: str
    at: str
    taken: bool


@dataclass(frozen=True)
class Evidence:
    """Everything that the invariants look at.

    Attributes:
        jobs: Of the service, as the API shows them.
        files: Names of the files at the service that were uploaded for training.
        deployments: Of the service, without the base's; model and state by name.
        instances: Status by id, of every orchestration.
        blobs: Bytes and ETag by name, of the container `datasets`.
        texts: Whatever is written anywhere, by where.
        poison: Messages in the poison queue.
        keys: What the registry's table has of each model, also what is no run.
        deliveries: Every delivery of a notification, in order.
        now: The virtual time at the end.
    """

    story: Story
    seen: Observations
    rows: list[Run]
    models: dict[str, Model]
    jobs: list[dict[str, Any]]
    files: list[str]
    deployments: dict[str, tuple[str, str]]
    requests: list[Request]
    instances: dict[str, str]
    blobs: dict[str, tuple[bytes, str]]
    texts: Mapping[str, bytes]
    poison: int
    storage_key: bytes
    keys: dict[str, set[str]]
    now: datetime
    deliveries: list[Delivery] = field(default_factory=list)

    def row(self, run: str) -> Run | None:
        """The row of a run."""
        return next((row for row in self.rows if row.id == run), None)


def tries(row: Run) -> int:
    """How often a run was begun; a note in a phase, such as an approval, begins nothing."""
    phases = ["", *(phase for phase, _, _ in row.timeline)]
    return sum(one == Phase.RECEIVED != before for before, one in pairwise(phases))


def gather(story: Story, actors: Actors, host: Host, service: Emulator) -> Evidence:
    """Look at everything; the host is dead by now."""
    state = service.look("state")
    asked = service.look("requests")["requests"]
    rows = actors.runs()
    models = {model.model: model for model in actors.registry.models()}
    container, poison, reports = _storage(host.storage)
    return Evidence(
        story=story,
        seen=actors.seen,
        rows=rows,
        models=models,
        jobs=state["jobs"],
        files=[one["filename"] for one in state["files"] if one["purpose"] == "fine-tune"],
        deployments=dict(_deployments(state["deployments"])),
        requests=[_request(one) for one in asked],
        instances=_instances(host.folder / "state" / "durable.db"),
        blobs=container,
        texts={**dict(_files(host.folder)), **reports, "registry": repr([rows, models]).encode()},
        poison=poison,
        keys=actors.keys(),
        now=datetime.fromtimestamp(state["now"], UTC),
        storage_key=host.storage.partition("AccountKey=")[2].partition(";")[0].encode(),
        deliveries=list(_deliveries(host, story.world.refusals or 0)),
    )


def _deliveries(host: Host, refusals: int) -> Iterator[Delivery]:
    for number, (body, headers) in enumerate(host.receiver.deliveries if host.receiver else []):
        if len(body) == int(headers["Content-Length"]):  # else its sender died of a fault
            event = json.loads(body)
            yield Delivery(
                id=headers["webhook-id"],
                event=event["type"],
                run=event["data"]["run"],
                at=event["timestamp"],
                taken=number >= refusals,
            )


def _deployments(found: list[dict[str, Any]]) -> Iterator[tuple[str, tuple[str, str]]]:
    for one in found:
        model = str(one["properties"]["model"]["name"])
        if ".ft-" in model:
            yield one["name"], (model, str(one["properties"]["provisioningState"]))


def _request(one: Mapping[str, Any]) -> Request:
    at = datetime.fromtimestamp(one["at"], UTC)
    return Request(at, one["method"], one["path"], one["effect"])


def _instances(database: Path) -> dict[str, str]:
    if not database.exists():
        return {}
    connection = sqlite3.connect(database)
    try:
        return dict(connection.execute("SELECT id, status FROM instances"))
    finally:
        connection.close()


def _storage(connection: str) -> tuple[dict[str, tuple[bytes, str]], int, dict[str, bytes]]:
    """The datasets, how much was given up, and every report."""
    with BlobServiceClient.from_connection_string(connection) as blobs:
        found = {}
        for container in ("datasets", "reports"):
            client = blobs.get_container_client(container)
            if client.exists():
                for blob in client.list_blobs():
                    data = client.download_blob(blob.name).readall()
                    found[container, str(blob.name)] = (data, str(blob.etag).strip('"'))
    with QueueServiceClient.from_connection_string(connection) as queues:
        names = [queue.name for queue in queues.list_queues()]
        given_up = 0
        if POISON in names:
            given_up = len(queues.get_queue_client(POISON).peek_messages(max_messages=32))
    datasets = {name: about for (box, name), about in found.items() if box == "datasets"}
    reports = {
        f"report {name}": data for (box, name), (data, _) in found.items() if box != "datasets"
    }
    return datasets, given_up, reports


def _files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Logs and histories; what a host keeps its own keys in is no place for others to look."""
    for file in (folder / "host.log", *(folder / "state").glob("durable.db*")):
        if file.exists():
            yield file.name, file.read_bytes()


def dump(evidence: Evidence) -> str:
    """What a person wants to see of it first."""
    rows = [
        (r.id, r.phase, r.attempt, r.training.job_id, r.deployment.name, r.error.code)
        for r in evidence.rows
    ]
    jobs = [(j["id"], j["status"], (j.get("metadata") or {})) for j in evidence.jobs]
    models = [(m.model, m.active, m.previous) for m in evidence.models.values()]
    parts: dict[str, list[Any]] = {
        "runs": rows,
        "models": models,
        "jobs": jobs,
        "deployments": list(evidence.deployments.items()),
        "orchestrations": list(evidence.instances.items()),
    }
    return "\n".join(f"  {n}:\n" + "\n".join(f"    {one}" for one in p) for n, p in parts.items())
