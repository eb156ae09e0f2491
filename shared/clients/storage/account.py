"""Which storage account, and the connection to its blobs: one per process.

The account is the Functions host's own: `AzureWebJobsStorage` as a connection string, or
`AzureWebJobsStorage__accountName` (or `__blobServiceUri` and `__tableServiceUri`) with an identity
(learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity).
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from shared.clients.credentials import credential, require_https
from shared.clients.refusals import BLOBS
from shared.clients.translate import translate_errors
from shared.errors import ServiceError, SettingError
from shared.settings import settings

if TYPE_CHECKING:
    from azure.storage.blob import BlobServiceClient

PIECE = 4 * 1024 * 1024
_T = TypeVar("_T")
_SETTING = "AzureWebJobsStorage"
# The account of every storage emulator, in Microsoft's documentation of Azurite.
_EMULATED = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey="
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
    "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;"
    "TableEndpoint=http://127.0.0.1:10002/devstoreaccount1;"
)
# The SDKs' own first wait is 15 s, a long time for a thread that others wait for.
PATIENCE: Mapping[str, Any] = {
    "connection_timeout": 5.0,
    "read_timeout": 60.0,
    "retry_total": 2,
    "retry_backoff_factor": 0.5,
    "initial_backoff": 0.5,
    "increment_base": 1.5,
    "random_jitter_range": 0.5,
}


@dataclass(frozen=True)
class Account:
    """An account: a connection string, or an address and an identity."""

    connection: str = field(default="", repr=False)
    address: str = ""
    client_id: str | None = None


def account(service: str) -> Account:
    """The account in the environment, for `blob` or `table`.

    Raises:
        SettingError: if none is set, its address must not be used, or another setting that this
            needs is wrong.
    """
    connection = os.environ.get(_SETTING, "").strip()
    if connection:
        emulated = connection.lower().rstrip(";") == "usedevelopmentstorage=true"
        return Account(connection=_EMULATED if emulated else connection)
    address = os.environ.get(f"{_SETTING}__{service}ServiceUri", "").strip()
    name = os.environ.get(f"{_SETTING}__accountName", "").strip()
    if not address and not name:
        raise SettingError(
            _SETTING,
            None,
            "a connection string",
            f"UseDevelopmentStorage=true (or set {_SETTING}__accountName to use an identity)",
        )
    address = address or f"https://{name}.{service}.{settings().storage_suffix}"
    chosen = os.environ.get(f"{_SETTING}__clientId") or None
    address = require_https(address, f"{_SETTING}__{service}ServiceUri")
    return Account(address=address, client_id=chosen)


@cache
def _blob_service(where: Account) -> "BlobServiceClient":
    from azure.storage.blob import BlobServiceClient

    sizes: Mapping[str, Any] = {"max_single_get_size": PIECE, "max_chunk_get_size": PIECE}
    if where.connection:
        return BlobServiceClient.from_connection_string(where.connection, **sizes, **PATIENCE)
    return BlobServiceClient(where.address, credential(where.client_id), **sizes, **PATIENCE)


def blobs() -> "BlobServiceClient":
    """The blobs of the account in the environment."""
    return _blob_service(account("blob"))


def or_none(call: Callable[[], _T], doing: str) -> _T | None:
    """What `call` gives, or None if storage says that it is not there."""
    try:
        with translate_errors(BLOBS, doing):
            return call()
    except ServiceError as error:
        if error.status == 404:
            return None
        raise
