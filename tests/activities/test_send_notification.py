"""Sending a notification to a receiver that accepts it, refuses it, or is not there."""

from collections.abc import Iterator

import pytest

from activities.send_notification import send_notification
from shared.notifications.events import Notification
from shared.runs.orchestration import Outcome
from shared.settings import settings
from tests.activities.calls import call
from tests.api.conftest import SECRET
from tests.listener import Listener

AT = "2026-11-25T00:00:00.000Z"
NOTIFICATION = Notification("a-0123456789-failed-1", "failed", "a-0123456789", "a", AT)


@pytest.fixture
def listener(
    request: pytest.FixtureRequest, app: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Listener]:
    """The receiver in the settings; its parameter is how often it refuses."""
    found = Listener(getattr(request, "param", 0))
    monkeypatch.setenv("NOTIFY_URL", found.url)
    monkeypatch.setenv("NOTIFY_SECRET", SECRET)
    settings.cache_clear()
    yield found
    found.close()


@pytest.mark.parametrize("listener", [1], indirect=True)
def test_refused_notification_comes_again_under_its_id(listener: Listener) -> None:
    """A receiver that answers 503 is tried again; then it is done."""
    first, second = call(send_notification, NOTIFICATION), call(send_notification, NOTIFICATION)

    assert (first.result, first.code) == ("wait", "not_accepted")
    assert "HTTP 503" in first.message
    assert second == Outcome.done()
    ids = [headers["webhook-id"] for _, headers in listener.deliveries]
    assert ids == [NOTIFICATION.id] * 2


def test_unreachable_receiver_is_tried_again(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No connection is a wait, and its message does not contain the address."""
    monkeypatch.setenv("NOTIFY_URL", "http://127.0.0.1:9/token-in-the-path")
    settings.cache_clear()

    outcome = call(send_notification, NOTIFICATION)

    assert (outcome.result, outcome.code) == ("wait", "unreachable")
    assert "token" not in outcome.message


def test_without_a_receiver_it_is_given_up(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that were removed end the deliveries that are under way."""
    monkeypatch.delenv("NOTIFY_SECRET")
    settings.cache_clear()

    assert call(send_notification, NOTIFICATION).code == "no_receiver"
    assert listener.deliveries == []
