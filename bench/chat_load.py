"""Callers of the chat benchmark: each has a connection and asks again as soon as it is answered.

Bytes in, bytes out: a client library would cost more than what is measured.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field

AT_ONCE = "all pieces at once"
PATIENCE = 60.0  # seconds that an answer may take before the run is given up


@dataclass(frozen=True)
class Address:
    """Where chats are sent.

    Attributes:
        port: On 127.0.0.1.
        path: Of chat completions.
        model: What is asked for.
        key: Sent as a bearer token.
        status: Of the answers that are expected.
        user: Sent with each request; the benchmark's upstream sends a stream to `AT_ONCE` whole.
    """

    port: int
    path: str
    model: str
    key: str
    status: int = 200
    user: str = "bench"

    def request(self, *, stream: bool) -> bytes:
        """The bytes of one request."""
        messages = [{"role": "user", "content": "What should I see in Rome?"}]
        body = {"model": self.model, "messages": messages, "user": self.user}
        text = json.dumps({**body, "stream": True} if stream else body).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {self.key}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(text)}\r\n\r\n"
        )
        return head.encode() + text


@dataclass
class Times:
    """Seconds from request to first event, and to the end of the answer, of every chat.

    `answered` counts those as well that came before the times count.
    """

    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    seconds: float = 0.0
    answered: int = 0

    @property
    def rate(self) -> float:
        """Chats per second."""
        return len(self.whole) / self.seconds

    def clear(self) -> None:
        """Forget what was seen."""
        self.first.clear()
        self.whole.clear()


class _Caller(asyncio.Protocol):
    def __init__(self, request: bytes, status: int, times: Times) -> None:
        self._request, self._times = request, times
        self._head = b"HTTP/1.1 %d" % status
        self._stream = b'"stream": true' in request
        self._came = b""
        self._began = self._first = 0.0
        self._transport: asyncio.Transport | None = None
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  for the type
        self._transport = transport
        self._ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.failed.done():
            self.failed.set_exception(exc or ConnectionError("the contender closed the connection"))

    def stop(self) -> None:
        if not self.failed.done():
            self.failed.set_result(None)
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._came += data
        if self._stream and not self._first and b"data:" in self._came:
            self._first = now
        if not self._is_complete():
            return
        if not self._came.startswith(self._head):
            self.failed.set_exception(ValueError(self._came[:500].decode(errors="replace")))
            return
        self._times.first.append((self._first or now) - self._began)
        self._times.whole.append(now - self._began)
        self._times.answered += 1
        self._ask()

    def _is_complete(self) -> bool:
        if self._stream and self._came.startswith(b"HTTP/1.1 200"):
            return self._came.endswith(b"0\r\n\r\n")
        head, gap, body = self._came.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        return bool(gap) and len(body) >= int(length or 0)

    def _ask(self) -> None:
        self._came, self._first = b"", 0.0
        self._began = time.perf_counter()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(self._request)


async def load(
    address: Address, callers: int, warm: float, seconds: float, *, stream: bool
) -> Times:
    """Let so many callers ask for a while.

    Args:
        address: Whom they ask.
        callers: How many at the same time.
        warm: Seconds before their times count.
        seconds: How long they count.
        stream: Whether they ask for streams.

    Raises:
        ValueError: an answer had another status; it is shown.
        ConnectionError: a connection was closed.
    """
    times, loop = Times(), asyncio.get_running_loop()
    request = address.request(stream=stream)
    found = []
    for _ in range(callers):
        _, caller = await loop.create_connection(
            lambda: _Caller(request, address.status, times), "127.0.0.1", address.port
        )
        found.append(caller)
    failures = [caller.failed for caller in found]
    try:
        await _while(failures, warm)
        times.clear()
        began = time.perf_counter()
        await _while(failures, seconds)
        times.seconds = time.perf_counter() - began
    finally:
        for caller in found:
            caller.stop()
    return times


async def _while(failures: list["asyncio.Future[None]"], seconds: float) -> None:
    done, _ = await asyncio.wait(failures, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for one in done:
        one.result()
