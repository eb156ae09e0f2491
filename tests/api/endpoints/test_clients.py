"""Clients of the chat endpoint, as operators manage them and as they chat."""

from typing import Any

import httpx
import pytest

from tests.api.conftest import BEARER, FUNCTION_KEY, MASTER_KEY, Here


def test_a_client_from_creation_to_deletion(here: Here) -> None:
    """Created, two keys that both work, the old one deleted, then the client: no restart."""
    made = _put(here, "life", models=["base"])
    first, second = _new_key(here, "life"), _new_key(here, "life")
    third = here.http.post("clients/life/keys", headers=MASTER_KEY)
    both = [_chat(here, key).status_code for key in (first["key"], second["key"])]
    here.http.delete(f"clients/life/keys/{first['id']}", headers=MASTER_KEY)
    after = [_chat(here, key).status_code for key in (first["key"], second["key"])]
    gone = here.http.delete("clients/life", headers=MASTER_KEY)
    again = here.http.delete("clients/life", headers=MASTER_KEY)

    assert made.json() == {"name": "life", "keys": [], "models": ["base"]}
    assert (third.status_code, _code(third)) == (409, "too_many_keys")
    assert both == [200, 200]
    assert after == [401, 200]
    assert (gone.status_code, again.status_code) == (200, 200)
    assert "life" not in [one["name"] for one in again.json()["clients"]]
    assert _chat(here, second["key"]).status_code == 401


def test_the_list_shows_no_key(here: Here) -> None:
    """Keys are named by id and time; neither key nor hash is shown again."""
    _put(here, "quiet", requests_per_minute=5, budget_month=2.5)
    key = _new_key(here, "quiet")
    text = here.http.get("clients", headers=MASTER_KEY).text

    assert '"quiet"' in text
    assert key["id"] in text
    assert key["key"] not in text
    assert "sha256" not in text
    assert key["key"] not in here.place.log()


def test_limits_of_a_client(here: Here) -> None:
    """Other models are 403 and not listed; above its requests a chat is 429 with a time."""
    _put(here, "tight", requests_per_minute=1, models=["base"])
    key = _new_key(here, "tight")["key"]
    headers = {"authorization": f"Bearer {key}"}

    other = _chat(here, key, model="tightest")
    shown = here.http.get("v1/models", headers=headers).json()["data"]
    first, second = _chat(here, key), _chat(here, key)

    assert (other.status_code, _code(other)) == (403, "model_not_allowed")
    assert [one["id"] for one in shown] == ["base"]
    assert (first.status_code, second.status_code) == (200, 429)
    assert _code(second) == "client_rate_limit"
    assert 0 < int(second.headers["retry-after"]) <= 60


def test_limits_are_replaced_and_keys_stay(here: Here) -> None:
    """Limits are set as a whole; a client's keys stay as they are."""
    _put(here, "change", requests_per_minute=1)
    key = _new_key(here, "change")
    changed = _put(here, "change", ends="2020-01-01T00:00:00Z")

    assert "requests_per_minute" not in changed.json()
    assert [one["id"] for one in changed.json()["keys"]] == [key["id"]]
    assert _code(_chat(here, key["key"])) == "client_key_expired"


@pytest.mark.parametrize(
    "body", [{"requests_per_minute": 0}, {"budget": 1}, {"ends": "2026-01-01T00:00:00"}]
)
def test_wrong_limits(here: Here, body: dict[str, Any]) -> None:
    """A wrong value, an unknown field, a time without a zone: 400 with the field."""
    answer = _put(here, "wrong", **body)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, next(iter(body)))


def test_who_may_manage_clients(here: Here) -> None:
    """The master key only; a client of the setting, or one that is not there, is not changed."""
    for headers in (FUNCTION_KEY, BEARER, {}):
        assert here.http.get("clients", headers=headers).status_code == 401
    unknown = here.http.post("clients/nobody/keys", headers=MASTER_KEY)
    setting = _put(here, "local")

    assert (unknown.status_code, _code(unknown)) == (404, "client_not_found")
    assert (setting.status_code, _code(setting)) == (409, "client_of_setting")


def _put(here: Here, client: str, **limits: Any) -> httpx.Response:
    return here.http.put(f"clients/{client}", json=limits, headers=MASTER_KEY)


def _new_key(here: Here, client: str) -> dict[str, str]:
    answer = here.http.post(f"clients/{client}/keys", headers=MASTER_KEY)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def _chat(here: Here, key: str, **body: Any) -> httpx.Response:
    return here.chat({"authorization": f"Bearer {key}"}, **{"model": "base", **body})


def _code(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])


@pytest.mark.parametrize(
    "limits",
    [
        {"ends": 0},
        {"ends": "1767225600"},
        {"ends": "2027-01-31"},
        {"requests_per_minute": "5"},
        {"requests_per_minute": True},
        {"tokens_per_minute": 0},
        {"budget_month": "50"},
        {"budget_month": 0},
        {"budget": 50},
    ],
    ids=str,
)
def test_a_limit_that_could_mean_something_else_is_refused(
    here: Here, limits: dict[str, object]
) -> None:
    """400 with the field; nothing is taken for what it is not."""
    answer = here.http.put("clients/strict", json=limits, headers=MASTER_KEY)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == next(iter(limits))


def test_a_clients_name_has_letters_digits_and_hyphens(here: Here) -> None:
    """400 for another one, as the document says."""
    answer = here.http.put("clients/a.b", json={}, headers=MASTER_KEY)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "name")
