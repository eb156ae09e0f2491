"""What an answer must be, whatever was asked."""

import http.client
import json
import socket
from urllib.parse import urlsplit

from tests.fuzz.drawing import Drawn

#: Errors of the server that are right: a model that sleeps, a service that does not answer.
EXPECTED = frozenset({"model_asleep", "model_waking", "approval_needed"})
SECONDS = 60.0


def send(url: str, drawn: Drawn) -> tuple[int, bytes]:
    """Status and body of the answer."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), SECONDS) as connection:
        connection.sendall(drawn.to_bytes())
        with http.client.HTTPResponse(connection, method=drawn.method) as answer:
            answer.begin()
            return answer.status, answer.read()


def find_fault(status: int, body: bytes) -> str | None:
    """Why an answer is none of the API's; None if it is."""
    if status < 400:
        return None
    # The host's own: no such route, no key, a body that is too large; a server's: no HTTP.
    if status in (401, 404, 413) and not body:
        return None
    if status == 400 and body == b"Invalid HTTP request received.":
        return None
    try:
        error = json.loads(body)["error"]
        code, message = error["code"], error["message"]
    except (ValueError, KeyError, TypeError):
        return "no error in OpenAI's form"
    if status >= 500 and code not in EXPECTED:
        return f"an error of the server: {code}: {message}"
    return None
