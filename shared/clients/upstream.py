"""The chat door's way through: requests go up as they came, answers come down as they were sent.

One pooled client per event loop. It is aiohttp's and not the SDK's: an SDK reads and writes what it
carries, and here every byte is to stay; besides, it is the faster one by far, and loaded already by
the Durable SDK. Nothing is buffered.
"""

import asyncio
import random
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass
from weakref import WeakKeyDictionary

from shared.clients.data_plane import CHAT_SECONDS, CONNECT_SECONDS, ChatPlane, chat_plane
from shared.clients.refusals import OPENAI
from shared.clients.translate import refused, translated
from shared.errors import RelayedError, ServiceError
from shared.settings import settings

if TYPE_CHECKING:
    import aiohttp

#: By these the service refuses the app, not its caller, to whom its words would say nothing.
_OF_THE_APP = frozenset({401, 403})
_PIECE = 2**16  # bytes
_FIRST_WAIT = 0.1  # seconds; doubled at each try, so that a few are made and no more


class UpstreamAnswer:
    """A successful answer, of which nothing is read yet. Read it once, then `close` it.

    Attributes:
        headers: As sent, names in lower case.
    """

    def __init__(self, response: "aiohttp.ClientResponse", doing: str) -> None:
        self.headers: Mapping[str, str] = {k.lower(): v for k, v in response.headers.items()}
        self._response = response
        self._doing = doing

    async def body(self) -> bytes:
        """The whole body.

        Raises:
            ServiceError: if the connection breaks on the way.
        """
        with translated(OPENAI, self._doing):
            return await self._response.read()

    async def piece(self) -> bytes:
        """What has come, as soon as there is something; empty at the end.

        A cancelled call loses nothing: the next one goes on where it was.

        Raises:
            ServiceError: if the connection breaks on the way.
        """
        content = self._response.content
        with translated(OPENAI, self._doing):
            # aiohttp raises for a broken connection before it gives what had come until then, and
            # has no other way to it.
            if content.exception() is not None and (rest := content._read_nowait(-1)):
                return rest
            return await content.readany()

    async def close(self) -> None:
        """Let go of the connection, which ends the request upstream. Safe to repeat."""
        self._response.close()


class Upstream:
    """Azure OpenAI's chat completions, byte for byte."""

    def __init__(self, plane: ChatPlane, patience: timedelta) -> None:
        self._plane = plane
        self._patience = patience.total_seconds()
        self._session: aiohttp.ClientSession | None = None

    async def open(self, deployment: str, body: bytes) -> UpstreamAnswer:
        """Send a chat and wait for the head of its answer.

        What a retry can help (429, 5xx, a connection that broke) is tried again as long as the
        service's wait ends in time; nothing is once an answer has begun.

        Args:
            deployment: Who is asked, for errors; it stands in the body.
            body: The request.

        Raises:
            RelayedError: a refusal, with the service's status, body and retry headers.
            ServiceError: if the service cannot be reached, or refuses the app itself.
        """
        doing = f"answer a chat with deployment {deployment}"
        until = asyncio.get_running_loop().time() + self._patience
        wait = _FIRST_WAIT
        while True:
            try:
                return await self._sent(body, doing)
            except ServiceError as error:
                # Some longer than asked for, and not all callers at the same moment.
                pause = max(wait, error.retry_after or 0) * random.uniform(1, 1.25)  # noqa: S311
                if not _passes(error) or asyncio.get_running_loop().time() + pause > until:
                    raise
            await asyncio.sleep(pause)
            wait *= 2

    async def close(self) -> None:
        """Close all connections; the next chat opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _sent(self, body: bytes, doing: str) -> UpstreamAnswer:
        with translated(OPENAI, doing):
            headers = {"authorization": f"Bearer {await self._plane.key()}"}
            response = await self._pool().post(self._plane.address, data=body, headers=headers)
            if response.status == 200:
                return UpstreamAnswer(response, doing)
            try:
                content = await response.read()
            finally:
                response.close()
        error = refused(OPENAI, doing, response.status, content, response.headers)
        raise error if error.status in _OF_THE_APP else RelayedError.from_error(error)

    def _pool(self) -> "aiohttp.ClientSession":
        if self._session is None:
            import aiohttp

            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=CONNECT_SECONDS, sock_read=CHAT_SECONDS
                ),
                headers={"content-type": "application/json", "accept-encoding": "identity"},
                cookie_jar=aiohttp.DummyCookieJar(),
                read_bufsize=_PIECE,
                # Looked up once: aiohttp would read environment and netrc for every request.
                proxy=_proxy(self._plane.address),
            )
        return self._session


def _passes(error: ServiceError) -> bool:
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
