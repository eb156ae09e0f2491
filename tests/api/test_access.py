"""Which key gives access to which endpoint, on the running app."""

import pytest

from api.endpoint import Access, Endpoint
from api.endpoints import ENDPOINTS
from tests.api.conftest import BEARER, FUNCTION_KEY, MASTER_KEY, Here

CHECKED_BY_HOST = [
    one for one in ENDPOINTS if one.access in (Access.FUNCTION_KEY, Access.MASTER_KEY)
]
CHECKED_BY_APP = [one for one in ENDPOINTS if one.access is Access.CLIENT_KEY]


@pytest.mark.parametrize("one", CHECKED_BY_HOST, ids=lambda one: one.name)
@pytest.mark.parametrize("headers", [{}, {"x-functions-key": "wrong"}, BEARER])
def test_without_a_function_key(here: Here, one: Endpoint, headers: dict[str, str]) -> None:
    """No key, a wrong one and a client key are no function key: 401."""
    answer = here.http.request(one.method, one.path.format(id="x-0", name="x"), headers=headers)

    assert answer.status_code == 401


@pytest.mark.parametrize("one", CHECKED_BY_APP, ids=lambda one: one.name)
@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer wrong"}, FUNCTION_KEY])
def test_without_a_client_key(here: Here, one: Endpoint, headers: dict[str, str]) -> None:
    """No key, a wrong one and a function key give no access to chat, and the error says why."""
    answer = here.http.request(one.method, one.path, headers=headers, json={})

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] in ("client_key_missing", "invalid_api_key")


def test_a_function_key_cancels_nothing(here: Here) -> None:
    """Cancelling needs the master key."""
    assert here.http.post("runs/x-0/cancel", headers=FUNCTION_KEY).status_code == 401
    assert here.http.post("runs/x-0/cancel", headers=MASTER_KEY).status_code == 404


def test_a_key_in_the_query(here: Here) -> None:
    """`?code=` works as the header does, and is in no log."""
    key = FUNCTION_KEY["x-functions-key"]

    answer = here.http.get("runs", params={"code": key})

    assert answer.status_code == 200
    assert key not in here.place.log()


@pytest.mark.parametrize("path", ["health", "openapi.json"])
def test_what_anyone_may_see(here: Here, path: str) -> None:
    """Health and the document need no key."""
    assert here.http.get(path).status_code == 200
