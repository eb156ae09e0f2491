"""Fault points at the HTTP requests of the app: before each is sent, and before its answer is seen.

Only a host whose faults name such points watches requests, by standing in front of the transports
of the libraries that the SDKs of Azure and OpenAI use: `requests`, `httpx2` (or `httpx`), and
`aiohttp` for the Durable client. The host's own requests to storage are left alone.
"""

import asyncio
import io
import re
import threading
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote, urlsplit

from local.functions_host.durable.crashes import CrashPoints
from local.functions_host.durable.functions import FunctionError

TIMEOUT = "timeout"
_LOST = "Connection broken by LOCAL_HOST_FAULTS"
_RPC = "/durabletask/"  # where the Durable client of the SDK asks this host

Undo = Callable[[], None]
Fail = Callable[..., Any]  # called with the fault, transport, request and whether that was sent


def watch(points: CrashPoints) -> Undo:
    """Let every request of this process pass the points; call what is returned to end that.

    Must be called in the event loop that the points' state belongs to.
    """
    if not points.names_requests():
        return lambda: None
    watch = _Watch(points, asyncio.get_running_loop())
    undos = [watch.requests(), watch.aiohttp()]
    undos += [watch.httpx(name) for name in ("httpx", "httpx2") if find_spec(name)]

    def undo() -> None:
        for each in undos:
            each()

    return undo


class _Watch:
    def __init__(self, points: CrashPoints, loop: asyncio.AbstractEventLoop) -> None:
        self._points = points
        self._loop = loop
        self._loop_thread = threading.get_ident()

    def requests(self) -> Undo:
        from requests.adapters import HTTPAdapter

        return self._patch(HTTPAdapter, "send", _answer_for_requests)

    def httpx(self, name: str) -> Undo:
        library = import_module(name)
        fail = partial(_answer_for_httpx, library)
        undo = self._patch(library.HTTPTransport, "handle_request", fail)
        undo_async = self._patch_async(library.AsyncHTTPTransport, "handle_async_request", fail)

        def both() -> None:
            undo()
            undo_async()

        return both

    def aiohttp(self) -> Undo:
        import aiohttp

        send = aiohttp.ClientSession._request  # the one way that all methods go

        async def watching(session: Any, method: str, url: Any, **options: Any) -> Any:
            point = _point(method, str(url))
            if _RPC not in point:
                return await send(session, method, url, **options)
            try:
                await self._points.reach(f"{point}:before")
                answer = await send(session, method, url, **options)
                await self._points.reach(f"{point}:after")
            except FunctionError:
                raise aiohttp.ServerDisconnectedError(_LOST) from None
            return answer

        return _replace(aiohttp.ClientSession, "_request", watching)

    def _patch(self, owner: Any, name: str, fail: Fail) -> Undo:
        send = getattr(owner, name)

        def watch(transport: Any, request: Any, *args: Any, **options: Any) -> Any:
            point = _point(request.method, str(request.url))
            try:
                self._pass(f"{point}:before")
            except FunctionError as failure:
                return fail(failure, transport, request, sent=False)
            answer = send(transport, request, *args, **options)
            try:
                self._pass(f"{point}:after")
            except FunctionError as failure:
                answer.close()
                return fail(failure, transport, request, sent=True)
            return answer

        return _replace(owner, name, watch)

    def _patch_async(self, owner: Any, name: str, fail: Fail) -> Undo:
        send = getattr(owner, name)

        async def watch(transport: Any, request: Any) -> Any:
            point = _point(request.method, str(request.url))
            try:
                await self._points.reach(f"{point}:before")
            except FunctionError as failure:
                return fail(failure, transport, request, sent=False)
            answer = await send(transport, request)
            try:
                await self._points.reach(f"{point}:after")
            except FunctionError as failure:
                await answer.aclose()
                return fail(failure, transport, request, sent=True)
            return answer

        return _replace(owner, name, watch)

    def _pass(self, point: str) -> None:
        """Pass a point in a thread of the app; in the loop's own, which cannot wait, nothing is."""
        if threading.get_ident() == self._loop_thread:
            return
        asyncio.run_coroutine_threadsafe(self._points.reach(point), self._loop).result()


def _status(failure: FunctionError) -> int:
    """The HTTP status that a fault asks for; 0 if the connection is to break."""
    return int(failure.message) if re.fullmatch(r"[45]\d\d", failure.message) else 0


def _answer_for_httpx(
    library: Any, failure: FunctionError, _: Any, request: Any, sent: bool
) -> Any:
    """What a caller gets by `library`, which is httpx: an error status, or a broken connection."""
    if _status(failure):
        return library.Response(_status(failure), content=b"", request=request)
    kinds = (library.ConnectError, library.ReadError)
    if failure.message == TIMEOUT:
        kinds = (library.ConnectTimeout, library.ReadTimeout)
    raise kinds[sent](_LOST, request=request) from None


def _answer_for_requests(failure: FunctionError, adapter: Any, request: Any, sent: bool) -> Any:
    """The same by requests; an answer with an error status has nothing in it, as from gateways."""
    from requests import exceptions
    from urllib3 import HTTPResponse
    from urllib3.exceptions import ProtocolError

    if status := _status(failure):
        raw = HTTPResponse(io.BytesIO(), {"content-length": "0"}, status, preload_content=False)
        return adapter.build_response(request, raw)
    if failure.message == TIMEOUT:
        raise (exceptions.ReadTimeout if sent else exceptions.ConnectTimeout)(_LOST) from None
    raise exceptions.ConnectionError(ProtocolError(_LOST) if sent else _LOST) from None


def _point(method: str, url: str) -> str:
    return f"request:{method.upper()}:{unquote(urlsplit(url).path)}"


def _replace(owner: Any, name: str, by: Any) -> Undo:
    before = getattr(owner, name)
    setattr(owner, name, by)
    return lambda: setattr(owner, name, before)
