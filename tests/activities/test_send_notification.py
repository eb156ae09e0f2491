"""Sending a notice to a receiver that takes it, refuses it, or is not there."""

from collections.abc import Iterator

import pytest

from activities.send_notification import send_notification
from shared.notifications.notification import Notice
from shared.runs.orchestration import Outcome
from shared.settings import settings
from tests.activities.calls import call
from tests.api.conftest import SECRET
from tests.listener import Listener

NOTICE = Notice("a-0123456789-failed-1", "failed", "a-0123456789", "a", "2026-11-25T00:00:00.000Z")


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
def test_refused_notice_comes_again_under_its_id(listener: Listener) -> None:
    """A receiver that answers 503 is tried again; then it is done."""
    first, second = call(send_notification, NOTICE), call(send_notification, NOTICE)

    assert (first.result, first.code) == ("wait", "not_taken")
    assert "HTTP 503" in first.message
    assert second == Outcome.done()
    assert [headers["webhook-id"] for _, headers in listener.told] == [NOTICE.id] * 2


def test_receiver_that_is_not_there_is_waited_for(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No connection is a wait, and its message does not tell the address."""
    monkeypatch.setenv("NOTIFY_URL", "http://127.0.0.1:9/token-in-the-path")
    settings.cache_clear()

    outcome = call(send_notification, NOTICE)

    assert (outcome.result, outcome.code) == ("wait", "unreachable")
    assert "token" not in outcome.message


def test_without_a_receiver_it_is_given_up(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that were taken away end what is on its way."""
    monkeypatch.delenv("NOTIFY_SECRET")
    settings.cache_clear()

    assert call(send_notification, NOTICE).code == "no_receiver"
    assert listener.told == []
