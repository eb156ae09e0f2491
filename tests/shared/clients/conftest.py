"""A server that answers what a test tells it to, for refusals that no healthy service gives."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from shared.clients.files import files
from shared.clients.jobs import JobRequest, jobs
from shared.settings import settings
from tests import services
from tests.dataset import DATASET


@dataclass(frozen=True)
class Reply:
    """One answer; `status` 0 cuts the connection, `cut` does so after the body.

    `silent` sends nothing until the test is over.
    """

    status: int = 200
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    silent: bool = False


@dataclass(frozen=True)
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class ScriptedServer:
    """Answers with `replies` in order, the last one again and again; `seen` is what came."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.replies: list[Reply] = []
        self.seen: list[Seen] = []
        self.over = Event()

    def reply_with(self, *replies: Reply) -> None:
        """Answer like this from now on."""
        self.replies = list(replies)
        self.seen.clear()

    def request_body(self, number: int = 0) -> Any:
        """The JSON body of the request of that number."""
        return json.loads(self.seen[number].body)

    def next(self) -> Reply:
        """The answer that is due."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


TOKEN = {"access_token": "scripted-token", "expires_on": "4102444800", "token_type": "Bearer"}


def _handler(script: list[ScriptedServer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.path.startswith("/msi/token"):
                self._send(Reply(200, TOKEN))
                return
            seen = Seen(
                self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body
            )
            script[0].seen.append(seen)
            self._send(script[0].next())

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  # the base class calls these

        def _send(self, reply: Reply) -> None:
            if reply.silent:
                script[0].over.wait()
            if reply.silent or not reply.status:
                self.close_connection = True
                return
            data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            headers = {"content-type": "application/json", **reply.headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(data) + (10 if reply.cut else 0)))
            self.end_headers()
            self.wfile.write(data)
            self.close_connection = reply.cut

        def log_message(self, *args: Any) -> None:
            """Say nothing; tests look at `seen`."""

    return Handler


@pytest.fixture
def scripted_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """A server to script, with this process set up to take it for all of Azure but storage."""
    script: list[ScriptedServer] = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(script)) as server:
        script.append(ScriptedServer(f"http://127.0.0.1:{server.server_port}"))
        for name, value in services.app_settings(script[0].url, "").items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield script[0]
        script[0].over.set()
        server.shutdown()
        thread.join()
    settings.cache_clear()


@pytest.fixture
def tuned_model(app: dict[str, str]) -> str:
    """A tuned model at the emulated service, not deployed."""
    file = files().upload("tuned.jsonl", io.BytesIO(DATASET))
    request = JobRequest("gpt-4.1-mini-2025-04-14", file.id, None, "brolly", "GlobalStandard")
    job = jobs().get(jobs().create(request).id)
    assert job is not None
    assert job.tuned_model is not None
    return job.tuned_model
