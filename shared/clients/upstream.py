"""The chat door's way through: requests go up as they came, answers come down as they were sent.

Async, one pooled client per event loop. What the caller sent is not parsed, so fields that no SDK
knows yet work; nothing is buffered.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from shared.clients.data_plane import chat_plane
from shared.clients.refusals import OPENAI
from shared.clients.translate import translated

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI


class UpstreamAnswer:
    """A successful answer, of which nothing is read yet. Read it once, then `close` it.

    Attributes:
        status: The HTTP status.
        headers: As sent, names in lower case.
    """

    def __init__(self, response: "httpx2.Response", doing: str) -> None:
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = dict(response.headers.items())
        self._response = response
        self._doing = doing

    async def body(self) -> bytes:
        """The whole body.

        Raises:
            ServiceError: if the connection breaks on the way.
        """
        with translated(OPENAI, self._doing):
            return await self._response.aread()

    async def lines(self) -> AsyncIterator[bytes]:
        r"""Each line with its line end, as soon as it is whole; joined they are the body.

        Server-sent events: an event ends with an empty line, a stream with `data: [DONE]`.

        Raises:
            ServiceError: if the connection breaks on the way.
        """
        rest = b""
        with translated(OPENAI, self._doing):
            async with aclosing(self._pieces()) as pieces:
                async for piece in pieces:
                    *whole, rest = (rest + piece).split(b"\n")
                    for line in whole:
                        yield line + b"\n"
        if rest:
            yield rest

    async def close(self) -> None:
        """Let go of the connection, which ends the request upstream. Safe to repeat."""
        await self._response.aclose()

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        async for piece in self._response.aiter_bytes():
            yield piece


class Upstream:
    """Azure OpenAI's chat completions, byte for byte."""

    def __init__(self, client: "AsyncOpenAI") -> None:
        self._client = client

    async def open(self, deployment: str, body: Mapping[str, object]) -> UpstreamAnswer:
        """Send a chat and wait for the first byte of its answer.

        Args:
            deployment: Which deployment is asked; replaces `model` in the body.
            body: The caller's request, with fields of any name.

        Raises:
            ServiceError: with the service's status, code, body and retry headers, after two
                retries of what a retry can help.
        """
        from openai import AsyncStream

        doing = f"answer a chat with deployment {deployment}"
        with translated(OPENAI, doing):
            # `stream` here keeps the SDK from reading the body; the caller's own is in `body`.
            found: AsyncStream[Any] = await self._client.post(
                "/chat/completions",
                cast_to=object,
                body={**body, "model": deployment},
                stream=True,
                stream_cls=AsyncStream[Any],
            )
        return UpstreamAnswer(found.response, doing)


# A pool's connections belong to the loop that opened them.
_upstreams: "WeakKeyDictionary[asyncio.AbstractEventLoop, Upstream]" = WeakKeyDictionary()


def upstream() -> Upstream:
    """The upstream of the running event loop; the same object each time.

    Raises:
        SettingError: if the endpoint is missing or must not be used.
    """
    loop = asyncio.get_running_loop()
    if loop not in _upstreams:
        _upstreams[loop] = Upstream(chat_plane())
    return _upstreams[loop]
