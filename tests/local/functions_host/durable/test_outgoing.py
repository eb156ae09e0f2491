"""Fault points at the app's own HTTP requests, with the libraries that the SDKs send by."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import aiohttp
import httpx2
import pytest
import requests
from requests.adapters import HTTPAdapter

from local.functions_host.durable.crashes import CrashPoints
from local.functions_host.durable.outgoing import watch
from local.functions_host.durable.store import Store
from tests.local.functions_host.running import until

POINT = "request:POST:/jobs"


class Server:
    """Answers everything, and remembers what reached it."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        reached = self.reached

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                reached.append(self.path)
                self.send_response(200)
                self.send_header("content-length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}/jobs"
        threading.Thread(target=lambda: self._server.serve_forever(0.01), daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that has seen nothing."""
    made = Server()
    yield made
    made.close()


@asynccontextmanager
async def _watching(folder: Path, **faults: list[dict[str, Any]]) -> AsyncIterator[None]:
    store = Store(folder / "durable.db")
    points = CrashPoints.from_environment({"LOCAL_HOST_FAULTS": json.dumps(faults)})
    points.keep_in(store)
    undo = watch(points)
    try:
        yield
    finally:
        undo()
        await asyncio.to_thread(store.close)


async def _requests(url: str) -> str:
    def ask() -> str:
        with requests.Session() as session:
            return session.post(url).text

    return await asyncio.to_thread(ask)


async def _httpx(url: str) -> str:
    return await asyncio.to_thread(lambda: httpx2.post(url, trust_env=False).text)


async def _httpx_async(url: str) -> str:
    async with httpx2.AsyncClient(trust_env=False) as client:
        return (await client.post(url)).text


Ask = Callable[[str], Any]
BROKEN: dict[Ask, tuple[type[Exception], type[Exception]]] = {
    _requests: (requests.ConnectionError, requests.ReadTimeout),
    _httpx: (httpx2.ReadError, httpx2.ReadTimeout),
    _httpx_async: (httpx2.ReadError, httpx2.ReadTimeout),
}


@pytest.mark.parametrize("ask", BROKEN, ids=lambda ask: ask.__name__)
async def test_breaks_before_and_after(ask: Ask, server: Server, tmp_path: Path) -> None:
    """Before, nothing reaches the service; after, all does and the answer is lost; once each."""
    async with _watching(tmp_path, fail=[{"at": f"{POINT}:before"}, {"at": f"{POINT}:after"}]):
        with pytest.raises((requests.ConnectionError, httpx2.ConnectError)):
            await ask(server.url)
        before = list(server.reached)
        with pytest.raises(BROKEN[ask][0]):
            await ask(server.url)
        after = list(server.reached)

        answer = await ask(server.url)

    assert (before, after, answer) == ([], ["/jobs"], "ok")


@pytest.mark.parametrize("ask", BROKEN, ids=lambda ask: ask.__name__)
async def test_silence(ask: Ask, server: Server, tmp_path: Path) -> None:
    """With the message `timeout` the caller sees an answer that does not come in time."""
    fault = {"at": f"{POINT}:after", "message": "timeout"}
    async with _watching(tmp_path, fail=[fault]):
        with pytest.raises(BROKEN[ask][1]):
            await ask(server.url)

    assert server.reached == ["/jobs"]


async def _status_of_requests(url: str) -> tuple[int, bytes]:
    def ask() -> tuple[int, bytes]:
        with requests.Session() as session, session.post(url, stream=True) as answer:
            return answer.status_code, answer.content

    return await asyncio.to_thread(ask)


async def _status_of_httpx(url: str) -> tuple[int, bytes]:
    answer = await asyncio.to_thread(lambda: httpx2.post(url, trust_env=False))
    return answer.status_code, answer.content


async def _status_of_httpx_async(url: str) -> tuple[int, bytes]:
    async with httpx2.AsyncClient(trust_env=False) as client:
        answer = await client.post(url)
        return answer.status_code, answer.content


@pytest.mark.parametrize("ask", [_status_of_requests, _status_of_httpx, _status_of_httpx_async])
async def test_refuses_with_a_status(ask: Ask, server: Server, tmp_path: Path) -> None:
    """With a status as the message the caller gets it in an empty answer, before and after."""
    faults = [{"at": f"{POINT}:{when}", "message": "503"} for when in ("before", "after")]
    async with _watching(tmp_path, fail=faults):
        before = await ask(server.url), list(server.reached)
        after = await ask(server.url), list(server.reached)
        well = await ask(server.url)

    assert before == ((503, b""), [])
    assert after == ((503, b""), ["/jobs"])
    assert well == (200, b"ok")


async def test_holds_a_request(server: Server, tmp_path: Path) -> None:
    """A request waits at its point until it is let go; the event loop goes on meanwhile."""
    gate = tmp_path / "gate"
    async with _watching(tmp_path, hold=[{"at": f"{POINT}:before", "file": str(gate)}]):
        asked = asyncio.create_task(_requests(server.url))
        await asyncio.to_thread(until, Path(f"{gate}.reached").exists)
        held = list(server.reached)
        await asyncio.to_thread(Path(f"{gate}.go").touch)

        answer = await asked

    assert (held, answer) == ([], "ok")


async def test_durable_client_only(server: Server, tmp_path: Path) -> None:
    """Of requests by aiohttp only the Durable client's pass points; the rest are the host's."""
    own, rpc = server.url, server.url.replace("/jobs", "/durabletask/instances/x")
    fault = {"at": "request:*", "times": None}
    async with _watching(tmp_path, fail=[fault]), aiohttp.ClientSession() as session:
        async with session.post(own) as answer:
            seen = await answer.text()
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await session.post(rpc)

    assert (seen, server.reached) == ("ok", ["/jobs"])


async def test_watches_nothing_unasked(tmp_path: Path) -> None:
    """Without a fault at a request nothing stands in the way; afterwards it is as it was."""
    send = HTTPAdapter.send
    async with _watching(tmp_path, crash=[{"at": "activity:x:before"}]):
        unasked = HTTPAdapter.send
    async with _watching(tmp_path, crash=[{"at": f"{POINT}:before"}]):
        asked = HTTPAdapter.send

    assert (unasked is send, asked is send, HTTPAdapter.send is send) == (True, False, True)
