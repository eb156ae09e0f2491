"""The table `clients`: a row for each client. Rows are changed by one conditional write."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shared.access.client import Client, ClientKey
from shared.clients.refusals import TABLES
from shared.clients.translate import translate_errors
from shared.errors import ChangedError

if TYPE_CHECKING:
    from azure.data.tables import TableClient

TABLE = "clients"
_PARTITION = "client"


class ClientTable:
    """Clients. Every method may raise `ServiceError` if storage refuses or does not answer."""

    def __init__(self, table: "TableClient") -> None:
        self._table = table

    def clients(self) -> list[Client]:
        """All clients, by name."""
        with translate_errors(TABLES, "list clients"):
            return [_from_entity(one) for one in self._table.list_entities()]

    def find(self, name: str) -> Client | None:
        """A client, or None."""
        from azure.core.exceptions import ResourceNotFoundError

        with translate_errors(TABLES, f"read client {name}"):
            try:
                return _from_entity(self._table.get_entity(_PARTITION, name))
            except ResourceNotFoundError:
                return None

    def put(self, client: Client) -> None:
        """Write a client in place of the row that it was read from, or add it.

        Raises:
            ChangedError: if the row is no longer that.
        """
        from azure.core import MatchConditions
        from azure.core.exceptions import (
            ResourceExistsError,
            ResourceModifiedError,
            ResourceNotFoundError,
        )
        from azure.data.tables import UpdateMode

        with translate_errors(TABLES, f"write client {client.name}"):
            try:
                if not client.etag:
                    self._table.create_entity(_to_entity(client))
                    return
                self._table.update_entity(
                    _to_entity(client),
                    mode=UpdateMode.REPLACE,
                    etag=client.etag,
                    match_condition=MatchConditions.IfNotModified,
                )
            except (ResourceExistsError, ResourceModifiedError, ResourceNotFoundError):
                raise ChangedError(client.name) from None

    def delete(self, name: str) -> None:
        """Delete a client; does nothing if there is none."""
        with translate_errors(TABLES, f"delete client {name}"):
            self._table.delete_entity(_PARTITION, name)


@lru_cache(maxsize=1)
def client_table() -> ClientTable:
    """The table of this process, in the account of `AzureWebJobsStorage`."""
    from shared.clients.storage import table

    return ClientTable(table(TABLE))


def _to_entity(client: Client) -> dict[str, Any]:
    keys = [[key.id, key.sha256, key.created.isoformat()] for key in client.keys]
    columns = {
        "keys": json.dumps(keys),
        "requests_per_minute": client.requests_per_minute,
        "tokens_per_minute": client.tokens_per_minute,
        "budget_month": client.budget_month,
        "models": json.dumps(client.models) if client.models else None,
        "ends": client.ends.isoformat() if client.ends else None,
    }
    set_ = {name: value for name, value in columns.items() if value is not None}
    return {"PartitionKey": _PARTITION, "RowKey": client.name, **set_}


def _from_entity(entity: Any) -> Client:
    row: Mapping[str, Any] = entity
    return Client(
        row["RowKey"],
        tuple(
            ClientKey(id_, sha256, datetime.fromisoformat(created))
            for id_, sha256, created in json.loads(row["keys"])
        ),
        row.get("requests_per_minute"),
        row.get("tokens_per_minute"),
        row.get("budget_month"),
        tuple(json.loads(row.get("models", "[]"))),
        datetime.fromisoformat(row["ends"]) if "ends" in row else None,
        entity.metadata["etag"],
    )
