"""Random requests to every endpoint; `python -m tests.fuzz` sends more."""

import time
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import BASE_DEPLOYMENT, BEARER, FUNCTION_KEY, Here
from tests.fuzz.__main__ import app, fuzz

pytestmark = pytest.mark.services

REQUESTS = 500


@pytest.mark.parametrize("seed", [1, None], ids=["fixed", "new"])
def test_every_answer_is_one_of_the_api(seed: int | None, storage: str, tmp_path: Path) -> None:
    """Whatever is sent, the answer is a success or an error in OpenAI's form, never a crash."""
    first = seed or time.time_ns() // 10**6

    with app(storage, tmp_path) as here:
        assert fuzz(here, first, REQUESTS, 600) == []


def test_a_role_that_is_no_text(here: Here) -> None:
    """A role that cannot be hashed is the service's to refuse."""
    served = {"deployment_name": BASE_DEPLOYMENT, "chat_system_message": "S"}
    here.seed("roles-0123456789", active=True, **served)

    answer = here.chat(model="roles", messages=[{"role": ["system"], "content": "x"}])

    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("path", ["runs/a%0Ab", "models/a%0A", "v1/models/%0Aa", "runs/%0D%0A"])
def test_a_line_break_in_a_path(here: Here, path: str) -> None:
    """An id with an encoded line break is not found, as any other that does not exist."""
    answer = here.http.get(path, headers={**BEARER, **FUNCTION_KEY})

    assert answer.status_code == httpx.codes.NOT_FOUND
    assert answer.json()["error"]["code"] in ("run_not_found", "model_not_found")


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_signature_that_is_not_ascii(here: Here, name: str) -> None:
    """What cannot be a signature is refused as a wrong one is."""
    good = {"webhook-id": "1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
    headers = [(key.encode(), value.encode()) for key, value in good.items() if key != name]

    answer = here.http.post(
        "webhooks/openai", content=b"{}", headers=[*headers, (name.encode(), "v1,é".encode())]
    )

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_signature")
