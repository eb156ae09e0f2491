"""The connections on which chats go to Azure OpenAI: requests and answers as bytes.

One pool per event loop. It is aiohttp's (connections, TLS, proxies, the parser of answers), used
below its `ClientSession`, which takes three times the processor time for a request of which it
knows less than we do. The SDK would parse and build what only passes through here. Nothing is
buffered.
"""

import asyncio
import random
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakKeyDictionary

from shared.clients.data_plane import CHAT_SECONDS, CONNECT_SECONDS, ChatPlane, chat_plane
from shared.clients.idle_timer import IdleTimer
from shared.clients.refusals import OPENAI
from shared.clients.translate import refusal_error, translate_errors
from shared.errors import RelayedError, ServiceError
from shared.settings import settings

if TYPE_CHECKING:
    import aiohttp
    from aiohttp.connector import Connection
    from aiohttp.http import RawResponseMessage

#: With these the service refuses the app's own identity; its words would not help the caller.
_APP_REFUSED = frozenset({401, 403})
_CHUNK = 2**16  # bytes
_FIRST_WAIT = 0.1  # seconds; doubled at each try, so that there are only a few


class UpstreamResponse:
    """A response of which the head has come. Read it once, then `close` it.

    Attributes:
        status: The HTTP status.
        headers: As sent, names in lower case.
    """

    def __init__(
        self,
        connection: "Connection",
        message: "RawResponseMessage",
        content: "aiohttp.StreamReader",
        timer: IdleTimer,
        doing: str,
    ) -> None:
        self.status = message.code
        self.headers: Mapping[str, str] = {k.lower(): v for k, v in message.headers.items()}
        self._connection = connection
        self._content = content
        self._timer = timer
        self._doing = doing
        content.on_eof(connection.release)

    async def body(self) -> bytes:
        """The whole body.

        Raises:
            ServiceError: if the connection breaks on the way.
        """
        with translate_errors(OPENAI, self._doing), self._timer:
            return await self._content.read()

    async def read_chunk(self) -> bytes:
        """What has come, as soon as there is something; empty at the end.

        A cancelled call loses nothing: the next one goes on where it was.

        Raises:
            ServiceError: if the connection breaks on the way.
        """
        content = self._content
        with translate_errors(OPENAI, self._doing):
            # aiohttp raises for a broken connection before it gives what had come until then, and
            # has no other way to it.
            if content.exception() is not None and (rest := content._read_nowait(-1)):
                return rest
            with self._timer:
                chunk = await content.readany()
        self._timer.restart()
        return chunk

    async def close(self) -> None:
        """Let go of the connection, which ends the request upstream. Safe to repeat."""
        self._timer.stop()
        self._connection.close()


class Upstream:
    """Sends chats to Azure OpenAI, for one event loop."""

    def __init__(self, plane: ChatPlane, patience: timedelta) -> None:
        self._plane = plane
        self._patience = patience.total_seconds()
        self._pools: dict[str, _Pool] = {}
        # Of open-weight models: those that the dated path did not know, and v1 did.
        self._by_v1: set[str] = set()

    async def open(self, deployment: str, body: bytes, *, dated: bool = False) -> UpstreamResponse:
        """Send a chat and wait for the head of its answer.

        What a retry can help (429, 5xx, a connection that broke) is tried again as long as the
        service's wait ends in time; nothing is once an answer has begun.

        Args:
            deployment: Who is asked; it stands in the body, too.
            body: The request.
            dated: Whether it is asked by its dated path, as open-weight models are; one that is not
                known there is asked by v1.

        Raises:
            RelayedError: a refusal, with the service's status, body and retry headers.
            ServiceError: if the service cannot be reached, or refuses the app itself.
        """
        if not dated or deployment in self._by_v1:
            return await self._open(self._plane.address, deployment, body)
        try:
            return await self._open(self._plane.dated_address(deployment), deployment, body)
        except ServiceError as error:
            if error.status != 404:
                raise
        answer = await self._open(self._plane.address, deployment, body)
        self._by_v1.add(deployment)
        return answer

    async def _open(self, address: str, deployment: str, body: bytes) -> UpstreamResponse:
        doing = f"answer a chat with deployment {deployment}"
        until = asyncio.get_running_loop().time() + self._patience
        wait = _FIRST_WAIT
        while True:
            try:
                return await self._send(address, body, doing)
            except ServiceError as error:
                # Some longer than asked for, and not all callers at the same time.
                pause = max(wait, error.retry_after or 0) * random.uniform(1, 1.25)  # noqa: S311
                if not _is_transient(error) or asyncio.get_running_loop().time() + pause > until:
                    raise
            await asyncio.sleep(pause)
            wait *= 2

    async def close(self) -> None:
        """Close all connections; the next chat opens new ones."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            await pool.close()

    async def _send(self, address: str, body: bytes, doing: str) -> UpstreamResponse:
        with translate_errors(OPENAI, doing):
            key = await self._plane.key()
            pool = self._pools.get(address)
            if pool is None:
                pool = self._pools[address] = _Pool(address)
            response = await pool.post(body, key, doing)
        if response.status == 200:
            return response
        try:
            content = await response.body()
        finally:
            await response.close()
        error = refusal_error(OPENAI, doing, response.status, content, response.headers)
        raise error if error.status in _APP_REFUSED else RelayedError.from_error(error)


class _Pool:
    """Connections to one address. Its methods raise what aiohttp raises."""

    def __init__(self, address: str) -> None:
        import aiohttp
        from yarl import URL

        url, proxy = URL(address), _proxy(address)
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS)
        self._connector = aiohttp.TCPConnector(limit=0)
        # Says whom to connect to; what is sent is made below.
        self._request = aiohttp.ClientRequest(
            "POST",
            url,
            headers={"content-type": "application/json", "accept-encoding": "identity"},
            proxy=URL(proxy) if proxy else None,
            loop=asyncio.get_running_loop(),
        )

    async def post(self, body: bytes, key: str, doing: str) -> UpstreamResponse:
        """Send a body and wait for the head of the response."""
        import aiohttp

        try:
            connection = await self._connector.connect(self._request, [], self._timeout)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError("no connection in time") from error
        timer = IdleTimer(CHAT_SECONDS, aiohttp.SocketTimeoutError)
        try:
            return await self._exchange(connection, body, key, timer, doing)
        except BaseException:
            timer.stop()
            connection.close()
            raise

    async def close(self) -> None:
        await self._connector.close()

    async def _exchange(
        self, connection: "Connection", body: bytes, key: str, timer: IdleTimer, doing: str
    ) -> UpstreamResponse:
        import aiohttp

        protocol, transport = connection.protocol, connection.transport
        if protocol is None or transport is None:
            raise aiohttp.ServerDisconnectedError
        protocol.set_response_params(read_until_eof=True, read_bufsize=_CHUNK)
        transport.write(self._head(key, len(body)) + body)
        with timer:
            message, content = await protocol.read()
            while 100 <= message.code < 200:
                message, content = await protocol.read()
        timer.restart()
        return UpstreamResponse(connection, message, content, timer, doing)

    def _head(self, key: str, length: int) -> bytes:
        own = f"Authorization: Bearer {key}\r\nContent-Length: {length}\r\n\r\n"
        return self._fixed_head + own.encode()

    @cached_property
    def _fixed_head(self) -> bytes:
        # Once connected: a proxy without a tunnel has its own header and the whole address by then.
        request = self._request
        target = request.url if request.proxy and not request.is_ssl() else request.url.raw_path_qs
        fields = (
            (name, value) for name, value in request.headers.items() if name != "Content-Length"
        )
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
        return f"POST {target} HTTP/1.1\r\n{lines}".encode()


def _is_transient(error: ServiceError) -> bool:
    """Whether another try may help, within a request's time."""
    answered = isinstance(error, RelayedError) and (error.status == 429 or error.status >= 500)
    return answered or error.code == "unreachable"


def _proxy(address: str) -> str | None:
    """The proxy that the environment names for an address."""
    parts = urlsplit(address)
    if proxy_bypass(parts.hostname or ""):
        return None
    return getproxies().get(parts.scheme)


# A pool's connections belong to the loop that opened them.
_upstreams: "WeakKeyDictionary[asyncio.AbstractEventLoop, Upstream]" = WeakKeyDictionary()


def upstream() -> Upstream:
    """The upstream of the running event loop; the same object each time.

    Raises:
        SettingError: if the endpoint is missing or must not be used.
    """
    loop = asyncio.get_running_loop()
    found = _upstreams.get(loop)
    if found is None:
        found = _upstreams[loop] = Upstream(chat_plane(), settings().chat_retry_for)
    return found
