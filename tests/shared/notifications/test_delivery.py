"""What a receiver gets, and what its answer means."""

import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from shared.notifications.delivery import deliver, encode
from shared.notifications.events import find_event
from shared.registry.state import Phase
from shared.settings import settings
from tests.api.conftest import SECRET
from tests.shared.notifications import AT, ROW

FAILED = replace(ROW, phase=Phase.FAILED).with_error(message="No quota.", hint="Ask for more.")


def test_words_are_the_row_s_and_not_in_the_notification() -> None:
    """History has ids only; what is sent says why and what to do."""
    notification = find_event(FAILED, "fine_tune")
    assert notification is not None

    sent = json.loads(encode(notification, FAILED))

    assert "No quota" not in json.dumps(notification.to_dict())
    assert sent == {
        "type": "run.failed",
        "timestamp": AT,
        "data": {"run": ROW.id, "model": "a", "message": "No quota. Ask for more."},
    }
    assert "message" not in json.loads(encode(notification, None))["data"]


@pytest.fixture
def status(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A receiver that gives every delivery the parameter's status, and redirects to nowhere."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(request.param)
            self.send_header("location", "http://127.0.0.1:9/elsewhere")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        monkeypatch.setenv("NOTIFY_URL", f"http://127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("NOTIFY_SECRET", SECRET)
        settings.cache_clear()
        yield request.param
        server.shutdown()
        thread.join()
    settings.cache_clear()


@pytest.mark.parametrize(
    ("status", "result", "code"),
    [
        (200, "done", ""),
        (202, "done", ""),
        (307, "wait", "not_accepted"),
        (410, "refused", "gone"),
        (429, "wait", "not_accepted"),
        (500, "wait", "not_accepted"),
    ],
    indirect=["status"],
)
@pytest.mark.usefixtures("app")
def test_what_an_answer_means(status: int, result: str, code: str) -> None:
    """2xx ends the delivery, 410 too; everything else is tried again, and no redirect followed."""
    notification = find_event(FAILED, "fine_tune")
    assert notification is not None

    outcome = deliver(notification, FAILED)

    assert (outcome.result, outcome.code) == (result, code)
    assert outcome.result == "done" or f"HTTP {status}" in outcome.message
