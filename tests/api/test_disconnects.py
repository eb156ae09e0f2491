"""A caller who disconnects ends the request to the service, through the whole running app."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.api.conftest import BEARER
from tests.journeys.place import Place, place
from tests.services import Emulator, Storage

pytestmark = pytest.mark.services

PATIENCE = 60.0
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
CHUNK = b'data: {"choices":[],"model":"x"}\n\n'
CHAT = {"model": "base", "messages": [{"role": "user", "content": "hi"}]}


@dataclass
class Slow:
    """A service that answers with one event, or not at all, and then waits until it is left.

    Attributes:
        url: Its address.
        asked: Set when a request has come.
        left: Set when the caller has gone.
    """

    url: str
    answers: bool = True
    asked: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)

    def reset(self, *, answers: bool) -> None:
        """Be ready for the next request."""
        self.answers = answers
        self.asked.clear()
        self.left.clear()

    def serve(self, listener: socket.socket) -> None:
        """Take one request after the other, until the listener is closed."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE)
        # Others knock too, such as a test that looks for a server of its own which died.
        if b"/chat/completions" not in connection.recv(65536).partition(b"\r\n")[0]:
            return
        self.asked.set()
        if self.answers:
            connection.sendall(HEAD + b"%x\r\n%b\r\n" % (len(CHUNK), CHUNK))
        try:
            while connection.recv(65536):
                pass
        except ConnectionResetError:
            pass
        except TimeoutError:
            return
        self.left.set()


@pytest.fixture(scope="module")
def slow() -> Iterator[Slow]:
    """The slow service."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        service = Slow(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=service.serve, args=(listener,))
        thread.start()
        yield service
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture(scope="module")
def app(
    slow: Slow,
    emulator_server: Emulator,
    azurite_server: Storage,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Place]:
    """The app, with the slow service in place of Azure OpenAI."""
    settings = {"AZURE_OPENAI_ENDPOINT": slow.url, "AZURE_OPENAI_API_KEY": "emulator-key"}
    folder: Path = tmp_path_factory.mktemp("app")
    storage = azurite_server.fresh()
    with place("local", emulator_server, storage, folder, settings=settings) as running:
        yield running


def test_leaving_a_stream(app: Place, slow: Slow) -> None:
    """The first event comes while the service still talks; leaving then ends its work at once."""
    slow.reset(answers=True)

    with httpx.stream(
        "POST", _url(app), json={**CHAT, "stream": True}, headers=BEARER, timeout=60
    ) as answer:
        first = next(answer.iter_lines())
        was_left = slow.left.is_set()

    assert first == 'data: {"choices":[],"model":"base"}'
    assert not was_left
    assert slow.left.wait(PATIENCE)


def test_leaving_before_the_first_byte(app: Place, slow: Slow) -> None:
    """A caller who gives up while the service thinks ends that too."""
    slow.reset(answers=False)

    with closing(HTTPConnection(urlsplit(app.stack.url).netloc)) as caller:
        caller.request("POST", urlsplit(_url(app)).path, json.dumps(CHAT), BEARER)
        asked = slow.asked.wait(PATIENCE)

    assert asked
    assert slow.left.wait(PATIENCE)


def _url(app: Place) -> str:
    return f"{app.stack.url}/api/v1/chat/completions"
