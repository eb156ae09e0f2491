"""A server that receives webhooks, and keeps them."""

import http.server
import threading
import time


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Says nothing of callers that are killed in the middle of a delivery."""


class Listener:
    """A server that keeps every delivery; it refuses the first `refusals` of them.

    Attributes:
        url: Where it listens.
        deliveries: Body and headers of each, in order.
    """

    def __init__(self, refusals: int = 0) -> None:
        self.deliveries: list[tuple[bytes, dict[str, str]]] = []
        self._refusals = refusals
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                listener.deliveries.append((body, dict(self.headers)))
                refuses = len(listener.deliveries) <= listener._refusals
                self.send_response(503 if refuses else 204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Says nothing."""

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/webhooks"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def wait_for(self, count: int) -> None:
        """Waits until so many deliveries came."""
        deadline = time.monotonic() + 60
        while len(self.deliveries) < count:
            assert time.monotonic() < deadline, f"{len(self.deliveries)} of {count} deliveries"
            time.sleep(0.02)

    def close(self) -> None:
        """Stops the server."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
