"""Tables of the app's storage account."""

from functools import cache
from typing import TYPE_CHECKING

from shared.clients.credentials import credential
from shared.clients.refusals import TABLES
from shared.clients.storage.account import PATIENCE, Account, account
from shared.clients.translate import translate_errors

if TYPE_CHECKING:
    from azure.data.tables import TableClient


def table(name: str) -> "TableClient":
    """A table of the app's storage account, made if it is missing; the same object each time.

    Raises:
        ServiceError: if storage refuses to make it.
        SettingError: if no storage account is set.
    """
    return _table(account("table"), name)


@cache
def _table(where: Account, name: str) -> "TableClient":
    from azure.data.tables import TableServiceClient

    if where.connection:
        service = TableServiceClient.from_connection_string(where.connection, **PATIENCE)
    else:
        service = TableServiceClient(
            where.address, credential=credential(where.client_id), **PATIENCE
        )
    with translate_errors(TABLES, f"make table {name}"):
        return service.create_table_if_not_exists(name)
