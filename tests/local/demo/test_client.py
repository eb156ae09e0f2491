"""What can be called on a running stand-in."""

import re
import shlex
from urllib.parse import urlsplit

from api.endpoints import ENDPOINTS
from local.demo.client import commands
from local.stack import Stack

HERE = Stack(
    url="http://127.0.0.1:7071",
    emulator="http://127.0.0.1:8081",
    storage="UseDevelopmentStorage=true",
    keys={"default": "function-key", "master": "admin-key"},
    client_key="client-key",
)
KEYS = {
    "anyone": None,
    "client key": "authorization: Bearer client-key",
    "function key": "x-functions-key: function-key",
    "master key": "x-functions-key: admin-key",
}


def test_every_endpoint_has_a_line_for_a_shell() -> None:
    """There is one command for each endpoint, whole for a shell, with the key that it needs."""
    found = sorted(_call(line) for line in commands(HERE) if "curl " in line)
    people = [one for one in ENDPOINTS if one.access != "signature"]

    assert found == sorted(
        (one.method, re.sub(r"{\w+}", "*", one.path), str(KEYS[one.access])) for one in people
    )


def _call(line: str) -> tuple[str, str, str]:
    """Method, path with a star for what is named, and key of a command."""
    words = shlex.split(line.partition("curl ")[2])
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    (address,) = (word for word in words if word.startswith(HERE.url))
    path = urlsplit(address).path.removeprefix("/api/")
    path = re.sub(r"(?<=/)(RUN|brolly|shop|ID)", "*", path)
    keys = [word for word in words if "key" in word and ": " in word and "{" not in word]
    method = "POST" if "-d" in words and "-X" not in words else method
    return method, path, str(keys[0] if keys else None)
