"""What people are told without asking."""

import json
from dataclasses import replace

import pytest
from openai import InvalidWebhookSignatureError, OpenAI

from shared.notifications import notification
from shared.notifications.notification import Notice
from shared.registry import Version
from shared.registry.state import Phase
from tests.api.conftest import SECRET

AT = "2026-11-25T03:04:05.678Z"
ROW = Version(
    model="a",
    run="a-0123456789",
    created=AT,
    updated=AT,
    dataset="a.jsonl",
    etag="0x1",
    attempt=2,
    deployed="2026-11-01T00:00:00.000Z",
)
LIVE = replace(ROW, phase=Phase.SERVING, deployment=ROW.run)


def test_closed_runs() -> None:
    """Rejected and failed ones are told of, each try by itself; a cancelled one is not."""
    rejected = notification.found(replace(ROW, phase=Phase.REJECTED), "trained")
    failed = notification.found(replace(ROW, phase=Phase.FAILED, attempt=3), "trained")

    assert rejected == Notice("a-0123456789-rejected-2", "rejected", ROW.run, "a", AT)
    assert failed is not None
    assert (failed.event, failed.id) == ("failed", "a-0123456789-failed-3")
    assert notification.found(replace(ROW, phase=Phase.CANCELLED), "trained") is None


def test_promoted_and_woken_runs() -> None:
    """A run that serves is told of, one that was overtaken is not; waking has a name of its own."""
    serving, woken = notification.found(LIVE, "trained"), notification.found(LIVE, "woken")

    assert serving is not None
    assert woken is not None
    assert (serving.event, woken.event) == ("serving", "woken")
    assert notification.found(replace(LIVE, phase=Phase.SUPERSEDED), "trained") is None
    assert notification.found(replace(ROW, phase=Phase.ASLEEP), "woken") is None


def test_judged_runs() -> None:
    """A deployment that will go or is gone is told of, once for each life of it."""
    gone = notification.found(replace(ROW, phase=Phase.ASLEEP), "judged")
    warned = notification.found(replace(LIVE, warning="It goes."), "judged")
    used = notification.found(replace(LIVE, warning="It goes.", last_used=AT), "judged")
    again = notification.found(replace(ROW, phase=Phase.ASLEEP, deployed=AT), "judged")

    assert gone is not None
    assert gone.event == "retired"
    assert warned is not None
    assert warned.event == "warned"
    assert used is not None
    assert again is not None
    assert len({gone.id, warned.id, used.id, again.id}) == 4
    assert notification.found(LIVE, "judged") is None


def test_what_was_taken_is_not_told_again() -> None:
    """The daily round says the same each day; the row remembers the last notices only."""
    row, ids = replace(LIVE, warning="It goes."), []
    for day in range(notification.REMEMBERED + 1):
        row = replace(row, last_used=f"2026-11-{day + 10}T00:00:00.000Z")
        notice = notification.found(row, "judged")
        assert notice is not None
        row = notification.told(row, notice)
        ids.append(notice.id)
        assert notification.found(row, "judged") is None

    assert row.told.split() == ids[1:]


def test_words_are_the_row_s_and_not_in_the_notice() -> None:
    """History has ids only; what is sent says why and what to do."""
    row = replace(ROW, phase=Phase.FAILED, error_message="No quota.", error_hint="Ask for more.")
    notice = notification.found(row, "trained")
    assert notice is not None

    sent = json.loads(notification.body(notice, row))

    assert "No quota" not in json.dumps(notice.to_dict())
    assert sent == {
        "type": "run.failed",
        "timestamp": AT,
        "data": {"run": ROW.run, "model": "a", "message": "No quota. Ask for more."},
    }
    assert "message" not in json.loads(notification.body(notice, None))["data"]


@pytest.mark.parametrize("secret", [SECRET, "a bare key"])
def test_signature_is_the_standard_one(secret: str) -> None:
    """The openai SDK's own check, as a receiver would use it, takes it; another key does not."""
    import time

    headers = notification.signed_headers(secret, "id-1", int(time.time()), b"{}")

    with OpenAI(api_key="x") as client:
        client.webhooks.verify_signature(b"{}", headers, secret=secret)
        with pytest.raises(InvalidWebhookSignatureError):
            client.webhooks.verify_signature(b"{}", headers, secret="whsec_YW5vdGhlciBrZXk=")
