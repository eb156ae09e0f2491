"""Whose key gives access to chat."""

import pytest
from starlette.datastructures import Headers

from api.client_keys import check, find_name, read_key
from shared.errors import KeyRefusedError
from shared.settings import settings

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


def test_a_key_has_a_name() -> None:
    """Each key is known by the name under which its use is counted."""
    assert [find_name(key, KNOWN) for key in KNOWN.values()] == ["web", "app"]


@pytest.mark.parametrize(
    ("key", "known", "code"),
    [
        ("w-key", {}, "client_keys_unset"),
        ("", KNOWN, "client_key_missing"),
        ("w-ke", KNOWN, "invalid_api_key"),
        ("w-keyx", KNOWN, "invalid_api_key"),
        ("web", KNOWN, "invalid_api_key"),
    ],
)
def test_refusals_say_what_is_wrong(key: str, known: dict[str, str], code: str) -> None:
    """No keys set, none sent, a wrong one: each 401 has its own code, and none repeats the key."""
    with pytest.raises(KeyRefusedError) as caught:
        find_name(key, known)

    assert (caught.value.status, caught.value.code) == (401, code)
    assert "w-key" not in str(caught.value)


def test_keys_come_from_the_settings(app: dict[str, str]) -> None:
    """The configured keys open; the settings are read once."""
    assert app["CLIENT_KEYS"] == ",".join(f"{n}={k}" for n, k in settings().client_keys.items())
    assert check(Headers({"api-key": "client-key"})) == "tests"
