"""Who may chat: clients with their keys, which the app keeps as hashes, and their limits."""

from shared.access.client import Client, ClientKey
from shared.access.limits import Limits, limits
from shared.access.table import ClientTable, client_table

__all__ = ["Client", "ClientKey", "ClientTable", "Limits", "client_table", "limits"]
