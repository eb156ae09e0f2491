"""Whose key gives access to chat."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.datastructures import Headers

from api.client_keys import check, client_keys, find_name, read_key
from shared.access import Client, client_table
from shared.errors import KeyRefusedError
from shared.settings import settings

NOW = datetime(2026, 1, 1, tzinfo=UTC)
KNOWN = {"web": "w-key", "app": "ä-key"}


@pytest.mark.parametrize(
    ("headers", "key"),
    [
        ({"Authorization": "Bearer w-key"}, "w-key"),
        ({"authorization": "bearer  w-key "}, "w-key"),
        ({"api-key": "w-key"}, "w-key"),
        ({"authorization": "Basic abc", "api-key": "w-key"}, "w-key"),
        ({"authorization": "Bearer "}, ""),
        ({"x-functions-key": "w-key"}, ""),
        ({}, ""),
    ],
)
def test_where_a_key_may_stand(headers: dict[str, str], key: str) -> None:
    """OpenAI's clients send `Authorization: Bearer`, Azure's `api-key`; nothing else counts."""
    assert read_key(Headers(headers)) == key


def test_a_key_of_the_setting_has_a_name() -> None:
    """Each key is known by the name under which its use is counted; all others by none."""
    assert [find_name(key, KNOWN) for key in KNOWN.values()] == ["web", "app"]
    assert [find_name(key, KNOWN) for key in ("", "w-ke", "w-keyx", "web")] == [""] * 4


@pytest.mark.parametrize(
    ("key", "setting", "code"),
    [
        ("w-key", "", "client_keys_unset"),
        ("", "web=w-key", "client_key_missing"),
        ("w-ke", "web=w-key", "invalid_api_key"),
        ("w-keyx", "web=w-key", "invalid_api_key"),
        ("web", "web=w-key", "invalid_api_key"),
    ],
)
async def test_refusals_say_what_is_wrong(
    app: dict[str, str], monkeypatch: pytest.MonkeyPatch, key: str, setting: str, code: str
) -> None:
    """No keys set, none sent, a wrong one: each 401 has its own code, and none repeats the key."""
    monkeypatch.setenv("CLIENT_KEYS", setting)
    settings.cache_clear()

    with pytest.raises(KeyRefusedError) as caught:
        await check(Headers({"api-key": key}))

    assert (caught.value.status, caught.value.code) == (401, code)
    assert "w-key" not in str(caught.value)


async def test_keys_come_from_the_settings(app: dict[str, str]) -> None:
    """The configured keys open, without a look at the table; the settings are read once."""
    assert app["CLIENT_KEYS"] == ",".join(f"{n}={k}" for n, k in settings().client_keys.items())
    assert await check(Headers({"api-key": "client-key"})) == Client("tests")


async def test_keys_of_the_table(app: dict[str, str]) -> None:
    """Two keys of a client open at the same time, until one is deleted or its time is over."""
    client, _, first = Client("shop").add_key(NOW)
    client, _, second = client.add_key(NOW)
    client_table().put(client)

    found = [await check(Headers({"api-key": key})) for key in (first, second)]
    client_table().put(replace(found[0], keys=found[0].keys[1:]))
    client_keys().forget("")
    with pytest.raises(KeyRefusedError) as deleted:
        await check(Headers({"api-key": first}))
    client = await check(Headers({"api-key": second}))
    client_table().put(replace(client, ends=NOW))
    client_keys().forget("")
    with pytest.raises(KeyRefusedError) as ended:
        await check(Headers({"api-key": second}))

    assert {one.name for one in found} == {"shop"}
    assert (deleted.value.code, ended.value.code) == ("invalid_api_key", "client_key_expired")
