"""Serving on 127.0.0.1 until a signal to stop."""

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Iterator
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from local.functions_host.errors import StartError

_STOP_WITHIN = 1  # seconds that open streams get to end when the host stops


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `serve`: stopping on purpose is success, exit code 0."""
        yield


def listen(port: int) -> socket.socket:
    """A listening socket on 127.0.0.1; port 0 = any free one.

    Raises:
        StartError: the port is in use or not allowed.
    """
    # asyncio turns Nagle's delay of 40 ms off only where the protocol is named.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind(("127.0.0.1", port))
    except OSError as error:
        sock.close()
        raise StartError(
            f"Port {port} on 127.0.0.1: {error.strerror}. Choose another with --port (0 = any)."
        ) from error
    sock.listen(1024)
    return sock


async def serve(app: ASGIApp, sock: socket.socket, ready: asyncio.Event) -> None:
    """Serve until SIGINT or SIGTERM; sets `ready` once requests are answered."""
    config = uvicorn.Config(
        cast("Any", app),
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_STOP_WITHIN,
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, server)
    serving = asyncio.ensure_future(server.serve(sockets=[sock]))
    await asyncio.wait(
        {asyncio.ensure_future(server.up.wait()), serving}, return_when="FIRST_COMPLETED"
    )
    ready.set()
    await serving


def _stop(server: uvicorn.Server) -> None:
    # Streams that are cut now are no errors worth a line.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    server.should_exit = True
