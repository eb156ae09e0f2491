"""Which storage account the environment means."""

from collections.abc import Iterator

import pytest

from shared.clients.storage.account import account
from shared.errors import SettingError
from shared.settings import settings
from tests.services import app_settings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The settings that the app must have, and none that an earlier test left."""
    for name, value in app_settings("http://127.0.0.1:9", "AccountName=a").items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_connection_string_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection string is taken as it is."""
    monkeypatch.setenv("AzureWebJobsStorage", "AccountName=a;AccountKey=b")
    monkeypatch.setenv("AzureWebJobsStorage__accountName", "other")

    assert account("blob").connection == "AccountName=a;AccountKey=b"


def test_development_storage_is_the_local_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    """The short form that Functions tools write means Azurite on its usual ports."""
    monkeypatch.setenv("AzureWebJobsStorage", "UseDevelopmentStorage=true")

    assert "BlobEndpoint=http://127.0.0.1:10000/" in account("blob").connection


@pytest.mark.parametrize("service", ["blob", "table"])
def test_account_name_means_an_identity(monkeypatch: pytest.MonkeyPatch, service: str) -> None:
    """Without a connection string the account's public address is asked with the identity."""
    monkeypatch.delenv("AzureWebJobsStorage")
    monkeypatch.setenv("AzureWebJobsStorage__accountName", "mine")
    monkeypatch.setenv("AzureWebJobsStorage__clientId", "user-assigned")

    found = account(service)

    assert found.address == f"https://mine.{service}.core.windows.net"
    assert found.client_id == "user-assigned"


def test_sovereign_clouds_have_their_own_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The domain of an account that is named is a setting."""
    monkeypatch.delenv("AzureWebJobsStorage")
    monkeypatch.setenv("AzureWebJobsStorage__accountName", "mine")
    monkeypatch.setenv("STORAGE_SUFFIX", "core.usgovcloudapi.net")

    assert account("table").address == "https://mine.table.core.usgovcloudapi.net"


def test_service_address_wins_over_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address of its own (sovereign cloud, private link) is used."""
    monkeypatch.delenv("AzureWebJobsStorage")
    monkeypatch.setenv("AzureWebJobsStorage__accountName", "mine")
    monkeypatch.setenv("AzureWebJobsStorage__tableServiceUri", "https://t.example")

    assert account("table").address == "https://t.example"


def test_no_account_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing set is an error that names the setting."""
    monkeypatch.delenv("AzureWebJobsStorage")

    with pytest.raises(SettingError, match="AzureWebJobsStorage"):
        account("blob")


def test_tokens_do_not_go_over_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """An address without TLS on another machine is refused."""
    monkeypatch.delenv("AzureWebJobsStorage")
    monkeypatch.setenv("AzureWebJobsStorage__blobServiceUri", "http://storage.example")

    with pytest.raises(SettingError, match="https"):
        account("blob")


def test_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The account can be logged without its key."""
    monkeypatch.setenv("AzureWebJobsStorage", "AccountName=a;AccountKey=verysecret")

    assert "verysecret" not in repr(account("blob"))
