"""Ports of 127.0.0.1 for servers that keep theirs over a restart."""

import secrets
import socket
from contextlib import suppress


def free_port() -> int:
    """A port that nothing listens on, and that no system gives to those who ask for any port.

    A host that is killed has its port back when it starts again; meanwhile nobody else may get it,
    and be taken for the host by those who look for it.
    """
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
