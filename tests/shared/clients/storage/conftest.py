"""An empty storage account as the app's own."""

from collections.abc import Iterator

import pytest
from azure.storage.blob import BlobServiceClient, ContainerClient


@pytest.fixture(autouse=True)
def account(storage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[BlobServiceClient]:
    """The account, as another program sees it."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    with BlobServiceClient.from_connection_string(storage) as service:
        yield service


@pytest.fixture
def container(account: BlobServiceClient) -> ContainerClient:
    """The container `datasets`, empty."""
    return account.create_container("datasets")
