"""The app's storage account: datasets in, reports out, tables."""

from shared.clients.storage.datasets import BlobFacts, Datasets, datasets
from shared.clients.storage.reports import DELETION, Reports, reports
from shared.clients.storage.tables import table

__all__ = ["DELETION", "BlobFacts", "Datasets", "Reports", "datasets", "reports", "table"]
