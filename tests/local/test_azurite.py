"""Azurite on ports and accounts of one's choice."""

from pathlib import Path

import pytest
from azure.core.exceptions import ServiceRequestError
from azure.storage.blob import BlobServiceClient

from local.azurite import ACCOUNT, KEY, Azurite, azurite
from local.processes import StartError

pytestmark = pytest.mark.services

OTHER = {"other": "b3RoZXI="}


def names(connection: str) -> list[str]:
    """The containers of an account."""
    with BlobServiceClient.from_connection_string(connection, retry_total=0) as client:
        return [container.name for container in client.list_containers()]


def create(connection: str, name: str) -> None:
    """Make a container."""
    with BlobServiceClient.from_connection_string(connection) as client:
        client.create_container(name)


def test_data_is_kept_in_its_folder_and_the_ports_are_free_afterwards(tmp_path: Path) -> None:
    """Started again on the same folder it knows what it knew; stopped it answers no more."""
    with azurite(tmp_path) as first:
        create(first.connection, "kept")
    with azurite(tmp_path, ports=first.ports, accounts=OTHER) as second:
        kept = names(second.connection)
        other = names(second.connection_of("other", OTHER["other"]))

    assert second.ports == first.ports
    assert (kept, other) == (["kept"], [])
    with pytest.raises(ServiceRequestError):
        names(second.connection)


def test_taken_port_is_said_so(azurite_server: object, storage: str) -> None:
    """Where a port is taken, the error says what may be wrong."""
    port = int(storage.partition("BlobEndpoint=http://127.0.0.1:")[2].partition("/")[0])

    with pytest.raises(StartError, match="ports in use"), azurite(None, ports={"blob": port}):
        pass


def test_connection_string_has_all_three_services() -> None:
    """The connection string names account, key, and an address on this machine for each service."""
    connection = Azurite({"blob": 1, "queue": 2, "table": 3}).connection

    parts = dict(part.split("=", 1) for part in connection.strip(";").split(";"))
    assert (parts["AccountName"], parts["AccountKey"]) == (ACCOUNT, KEY)
    assert [parts[f"{service}Endpoint"] for service in ("Blob", "Queue", "Table")] == [
        f"http://127.0.0.1:{port}/{ACCOUNT}" for port in (1, 2, 3)
    ]
