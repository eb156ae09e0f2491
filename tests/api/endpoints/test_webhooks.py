"""The endpoint for the service's events."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from azure.data.tables import TableServiceClient

from api.endpoints import webhooks
from local.azure.webhooks.signature import signature_headers
from shared.deployments.daily_round import TABLE, DailyRounds
from shared.registry.state import Phase
from tests.api.conftest import BEARER, FUNCTION_KEY, SECRET, Here
from tests.journeys.steps import eventually

LONG_AGO = datetime(2026, 1, 1, 3, tzinfo=UTC)
OTHER = "whsec_YW5vdGhlciBrZXk="


def event(job: str, kind: str = "fine_tuning.job.succeeded") -> bytes:
    """An event as the service words it."""
    about = {"object": "event", "id": "evt_1", "type": kind, "created_at": 1}
    return json.dumps({**about, "data": {"id": job}}).encode()


def sign(body: bytes, identity: str, *, secret: str = SECRET, late: int = 0) -> dict[str, str]:
    """The headers of a delivery that is so many seconds old."""
    return signature_headers(secret, identity, int(time.time()) - late, body)


def deliver(here: Here, body: bytes, headers: dict[str, str]) -> Any:
    """Deliver it."""
    return here.http.post("webhooks/openai", content=body, headers=headers)


def test_the_run_of_the_job_looks_once(here: Here) -> None:
    """The first delivery lets the run look; the same one again is taken and ignored."""
    here.seed("hooked-0123456789", phase=Phase.TRAINING, training_job_id="ftjob-hooked")
    body = event("ftjob-hooked")

    first = deliver(here, body, sign(body, "wh_once"))
    again = deliver(here, body, sign(body, "wh_once"))

    assert (first.status_code, first.json()) == (200, {"taken": True})
    assert again.status_code == 200
    assert again.json() == {"taken": False, "reason": "It was delivered before."}


@pytest.mark.parametrize("job", ["ftjob-nobodys", "a' or RowKey ne 'x", ""])
def test_somebody_else_s_job_is_none_of_ours(here: Here, job: str) -> None:
    """It is taken, so that it does not come again, and moves nothing."""
    body = event(job)

    answer = deliver(here, body, sign(body, f"wh_other_{len(job)}"))

    assert answer.json() == {"taken": False, "reason": "No run has this job."}


def test_other_events_are_taken(here: Here) -> None:
    """A resource's webhook may send more than was asked for."""
    body = event("batch_1", "batch.completed")

    assert deliver(here, body, sign(body, "wh_batch")).json()["taken"] is False


def test_a_webhook_begins_an_overdue_round(here: Here) -> None:
    """An event of any kind shows that the daily timer has stopped, if it has."""
    with TableServiceClient.from_connection_string(here.storage) as service:
        rounds = DailyRounds(service.create_table_if_not_exists(TABLE))
        rounds.record_start(LONG_AGO, due=LONG_AGO)
        body = event("batch_2", "batch.completed")

        deliver(here, body, sign(body, "wh_round"))

        eventually(lambda: rounds.read().ended, "the end of the round")
    assert "a webhook begins it" in here.place.log()


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-id": "wh_another"},
        {"webhook-timestamp": "1"},
        {"webhook-signature": ""},
        {"webhook-timestamp": "soon"},
    ],
)
def test_what_is_not_signed_is_refused(here: Here, change: dict[str, str]) -> None:
    """A wrong or missing part of the signature is 401 in our error form."""
    body = event("ftjob-1")

    answer = deliver(here, body, sign(body, "wh_1") | change)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_signature"


def test_another_body_does_not_fit(here: Here) -> None:
    """The signature is over the very bytes."""
    headers = sign(event("ftjob-1"), "wh_2")

    assert deliver(here, event("ftjob-2"), headers).status_code == 401
    assert deliver(here, b"\xff\xfe", headers).status_code == 401


def test_another_secret_or_an_old_one_does_not_fit(here: Here) -> None:
    """A wrong secret is refused, and so is a delivery of long ago that somebody kept."""
    body = event("ftjob-1")

    assert deliver(here, body, sign(body, "wh_3", secret=OTHER)).status_code == 401
    assert deliver(here, body, sign(body, "wh_4", late=600)).status_code == 401


@pytest.mark.parametrize("headers", [{}, FUNCTION_KEY, BEARER])
def test_no_other_key_opens_it(here: Here, headers: dict[str, str]) -> None:
    """Only a signature does."""
    assert deliver(here, event("ftjob-1"), headers).status_code == 401


@pytest.mark.parametrize("body", [b"[]", b"nothing", b'{"type": 7}', b'"x"', b"null", b"[" * 5000])
def test_what_is_signed_may_be_no_event(here: Here, body: bytes) -> None:
    """The right secret over nonsense is 400."""
    answer = deliver(here, body, sign(body, f"wh_none_{len(body)}"))

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "invalid_event"


def test_memory_of_deliveries_is_bounded() -> None:
    """Only the newest thousand are remembered."""
    for number in range(webhooks.REMEMBERED + 5):
        webhooks._remember(f"wh_{number}")

    assert len(webhooks._seen) == webhooks.REMEMBERED
    assert "wh_4" not in webhooks._seen
    assert f"wh_{webhooks.REMEMBERED + 4}" in webhooks._seen
    webhooks._seen.clear()
