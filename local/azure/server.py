"""Serves the application on 127.0.0.1 and says so in one line."""

import json
import logging
import signal
import socket
import sys

import uvicorn

from .application import build
from .settings import Settings

HOST = "127.0.0.1"


class Server(uvicorn.Server):
    """Prints `READY {json}` as soon as it can be reached."""

    url = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to listen, then says so."""
        await super().startup(sockets)
        if self.started:
            print("READY", json.dumps({"url": self.url}), flush=True)


def serve(settings: Settings, port: int) -> None:
    """Serves until SIGINT or SIGTERM.

    Raises:
        OSError: If the port is taken.
        ValueError: For settings that cannot be.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(name)s: %(message)s")
    # uvicorn raises the signal again once it has stopped; this makes that a normal end.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    application = build(settings)
    # With the protocol named, asyncio sends small answers at once instead of after 40 ms.
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        config = uvicorn.Config(
            application,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
        server = Server(config)
        server.url = f"http://{HOST}:{listener.getsockname()[1]}"
        server.run(sockets=[listener])
