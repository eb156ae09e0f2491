"""A running emulator inside the test process, and clients for it.

It serves over HTTP on a free port like `python -m local.azure`, but in a thread, so that a test can
have its own in a few milliseconds. Every exchange is held against the specifications.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.azure.application import build
from local.azure.settings import Settings
from tests.dataset import DATASET

from .specs import Exchange, complaints

KEY = "emulator-key"
DATED = "2024-10-21"
ACCOUNT = (
    "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/rg"
    "/providers/Microsoft.CognitiveServices/accounts/acc"
)
MODEL = "gpt-4.1-mini-2025-04-14"


class Recorder:
    """Keeps each exchange of the application that it wraps."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.exchanges: list[Exchange] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on and keeps a copy of what is JSON."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent, answered = bytearray(), bytearray()
        start: dict[str, Any] = {}

        async def hear() -> Message:
            message = await receive()
            sent.extend(message.get("body", b""))
            return message

        # Faults reach for the connection behind `receive`.
        hear.__self__ = receive.__self__  # type: ignore[attr-defined]

        async def say(message: Message) -> None:
            start.update(message if message["type"] == "http.response.start" else {})
            answered.extend(message.get("body", b""))
            if message["type"] == "http.response.body" and not message.get("more_body"):
                # Before it is sent: who has the whole answer may look at the exchanges at once.
                self._keep(scope, start, sent, answered)
            await send(message)

        await self._app(scope, hear, say)

    def _keep(
        self, scope: Scope, start: dict[str, Any], sent: bytearray, answered: bytearray
    ) -> None:
        headers = dict(start.get("headers", []))
        if headers.get(b"x-emulated") == b"true":
            answer = _json(headers, answered)
            request = _json(dict(scope["headers"]), sent)
            path, method = scope["path"], scope["method"]
            self.exchanges.append(Exchange(method, path, request, start["status"], answer))


class EmulatorClient:
    """An emulator that serves; `http` asks it with a key, `control` calls the control API."""

    def __init__(self, url: str, recorder: Recorder) -> None:
        self.url = url
        self.recorder = recorder
        self.http = httpx.Client(
            base_url=url, headers={"authorization": f"Bearer {KEY}"}, timeout=60
        )

    def check(self) -> None:
        """Holds every exchange since the last check against its specification.

        Raises:
            AssertionError: With each that does not fit.
        """
        seen, self.recorder.exchanges = self.recorder.exchanges, []
        found = [text for one in seen for text in complaints(one)]
        assert not found, "\n".join(found)

    def control(self, action: str, **body: Any) -> Any:
        """Calls `POST /control/<action>`."""
        answer = self.http.post(f"/control/{action}", json=body)
        return answer.raise_for_status().json()

    def look(self, what: str) -> Any:
        """Calls `GET /control/<what>`."""
        return self.http.get(f"/control/{what}").raise_for_status().json()

    def call_dated(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Calls the dated API."""
        return self.http.request(method, f"/openai{path}", params={"api-version": DATED}, **options)

    def call_v1(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Calls the v1 API."""
        return self.http.request(method, f"/openai/v1{path}", **options)

    def call_arm(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Calls Azure Resource Manager below the account."""
        parameters = {"api-version": "2025-06-01", **options.pop("params", {})}
        return self.http.request(method, ACCOUNT + path, params=parameters, **options)

    def upload(self, content: bytes = DATASET, name: str = "a.jsonl") -> str:
        """Uploads a training file and returns its id."""
        answer = self.call_v1(
            "POST", "/files", data={"purpose": "fine-tune"}, files={"file": (name, content)}
        )
        identity: str = answer.raise_for_status().json()["id"]
        return identity

    def train(self, file: str | None = None, **body: Any) -> str:
        """Creates a job and returns its id."""
        request = {"model": MODEL, "training_file": file or self.upload(), "seed": 1}
        request |= {"trainingType": "Standard"} | body
        answer = self.call_v1("POST", "/fine_tuning/jobs", json=request)
        identity: str = answer.raise_for_status().json()["id"]
        return identity

    def job(self, identity: str) -> dict[str, Any]:
        """Looks at a job."""
        found: dict[str, Any] = self.call_v1("GET", f"/fine_tuning/jobs/{identity}").json()
        return found

    def deploy(
        self, name: str, model: str, sku: str = "Standard", capacity: int = 5
    ) -> httpx.Response:
        """Creates a deployment."""
        version = {} if model.startswith("gpt") and ".ft-" not in model else {"version": "1"}
        properties = {"model": {"format": "OpenAI", "name": model, **version}}
        body = {"sku": {"name": sku, "capacity": capacity}, "properties": properties}
        return self.call_arm("PUT", f"/deployments/{name}", json=body)

    def deploy_tuned_model(self, name: str = "tuned", **body: Any) -> str:
        """Trains and deploys a model (transitions have to be immediate); returns its model id."""
        model: str = self.job(self.train(**body))["fine_tuned_model"]
        self.deploy(name, model).raise_for_status()
        return model

    def chat(self, deployment: str, text: str = "Hi", **body: Any) -> httpx.Response:
        """Sends one user turn on v1."""
        request = {"model": deployment, "messages": [{"role": "user", "content": text}], **body}
        return self.call_v1("POST", "/chat/completions", json=request)

    def say(self, deployment: str, text: str, **body: Any) -> str:
        """The text that a deployment answers."""
        answer = self.chat(deployment, text, **body).raise_for_status().json()
        content: str = answer["choices"][0]["message"]["content"]
        return content


@contextmanager
def run_emulator(state: Path, **settings: Any) -> Iterator[EmulatorClient]:
    """Runs an emulator with everything immediate and the control API, unless `settings` differ.

    Raises:
        AssertionError: At the end, if an exchange did not fit its specification.
    """
    options = {"transitions": "immediate", "control": True, **settings}
    listener = socket.socket(proto=socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    holder: dict[str, Any] = {}
    ready = threading.Event()
    arguments = (Settings(state=state, **options), listener, holder, ready)
    thread = threading.Thread(target=_serve, args=arguments)
    thread.start()
    assert ready.wait(60), "the emulator did not start"
    client = EmulatorClient(f"http://127.0.0.1:{listener.getsockname()[1]}", holder["recorder"])
    try:
        yield client
    finally:
        client.http.close()
        holder["server"].should_exit = True
        thread.join(60)
        listener.close()
    client.check()


def _serve(
    settings: Settings, listener: socket.socket, holder: dict[str, Any], ready: threading.Event
) -> None:
    # SQLite wants to be used by the thread that opened it.
    holder["recorder"] = Recorder(build(settings))
    config = uvicorn.Config(
        holder["recorder"],
        log_level="error",
        proxy_headers=False,
        timeout_graceful_shutdown=1,
    )
    holder["server"] = uvicorn.Server(config)
    threading.Thread(target=_wait, args=(holder["server"], ready)).start()
    holder["server"].run(sockets=[listener])


def _wait(server: uvicorn.Server, ready: threading.Event) -> None:
    while not server.started:
        time.sleep(0.002)
    ready.set()


def _json(headers: dict[bytes, bytes], body: bytearray) -> Any:
    kind = headers.get(b"content-type", b"")
    return json.loads(body) if kind.startswith(b"application/json") and body else None
