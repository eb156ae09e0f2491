"""The registry: table `models`, where the truth about every run lies (docs/design.md §4)."""

from functools import lru_cache
from typing import TYPE_CHECKING

from shared.registry.records import Model, Run

if TYPE_CHECKING:
    from shared.registry.table import Registry

__all__ = ["Model", "Run", "registry"]


@lru_cache(maxsize=1)
def registry() -> "Registry":
    """The registry of this process, in the account of `AzureWebJobsStorage`."""
    # Late, because the app's cold start loads this package for its records.
    from shared.clients.storage import table
    from shared.registry.table import TABLE, Registry

    return Registry(table(TABLE))
