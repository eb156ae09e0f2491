"""The app on the local host, with a registry and reports that a test may fill."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from azure.data.tables import TableClient, TableServiceClient
from azure.storage.blob import BlobServiceClient, ContainerClient

import api.endpoints  # noqa: F401  registers the endpoints that the OpenAPI document describes
from shared.billing.usage.table import TABLE as USAGE
from shared.datasets.names import CONTAINER
from shared.registry import Model, Run
from shared.registry.state import Phase
from shared.registry.table import TABLE, Registry
from tests.journeys.place import CLIENT_KEY, KEYS, Place, place
from tests.journeys.streams import read_until_break
from tests.runs import make_run
from tests.services import Emulator, Storage

FUNCTION_KEY = {"x-functions-key": KEYS["default"]}
MASTER_KEY = {"x-functions-key": KEYS["master"]}
BEARER = {"authorization": f"Bearer {CLIENT_KEY}"}
SECRET = "whsec_YSBsb25nIHJhbmRvbSB0ZXh0"
BASE_DEPLOYMENT = "gpt-4.1-mini"


@dataclass(frozen=True)
class Here:
    """A running app.

    Attributes:
        place: The host that it runs on.
        rows: Its registry.
        usage: Its table of use.
        reports: Its reports.
        datasets: Its datasets; what is written here starts nothing unless it is a dataset.
        http: A client without any key.
        storage: The connection string of its storage account.
    """

    place: Place
    rows: Registry
    usage: TableClient
    reports: ContainerClient
    datasets: ContainerClient
    http: httpx.Client
    storage: str

    def seed(self, run: str, *, active: bool = False, **values: Any) -> Run:
        """Add a version; `active=True` makes it the one that its model points to."""
        model = run.rpartition("-")[0]
        known: dict[str, Any] = {
            "phase": Phase.SERVING,
            "created": "2026-11-01T00:00:00.000Z",
        }
        self.rows.insert(make_run(model=model, id=run, **{**known, **values}))
        if active:
            self.rows.put_model(self.rows.model(model), Model(model=model, active=run))
        return self.rows.get(run)

    def has_usage(self, model: str) -> bool:
        """Whether a use of a model was written."""
        return any(self.usage.query_entities(f"model eq '{model}'"))

    def chat(self, headers: dict[str, str] = BEARER, **body: Any) -> httpx.Response:
        """Chat, with a short question unless the body says otherwise."""
        wanted = {"messages": [{"role": "user", "content": "hi"}], **body}
        return self.http.post("v1/chat/completions", json=wanted, headers=headers)

    def broken_stream(self, **body: Any) -> str:
        """What comes of a stream until its connection breaks off."""
        return read_until_break(self.place, **body)


@pytest.fixture(scope="package")  # an app that no test uses any more goes on polling
def here(
    emulator_server: Emulator, azurite_server: Storage, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Here]:
    """One app for all tests of this folder; each uses names of its own."""
    storage, folder = azurite_server.fresh(), tmp_path_factory.mktemp("app")
    emulator_server.control("reset")
    with ExitStack() as parts:
        running = parts.enter_context(
            place("local", emulator_server, storage, folder, settings={"WEBHOOK_SECRET": SECRET})
        )
        tables = parts.enter_context(TableServiceClient.from_connection_string(storage))
        blobs = parts.enter_context(BlobServiceClient.from_connection_string(storage))
        http = parts.enter_context(httpx.Client(base_url=f"{running.stack.url}/api/", timeout=30))
        rows = Registry(tables.create_table_if_not_exists(TABLE))
        usage = tables.create_table_if_not_exists(USAGE)
        reports, datasets = map(blobs.create_container, ("reports", CONTAINER))
        yield Here(running, rows, usage, reports, datasets, http, storage)
