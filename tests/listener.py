"""A server that takes webhooks, and remembers them."""

import http.server
import threading
import time


class _Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Says nothing of callers that are killed in the middle of a delivery."""


class Listener:
    """A server that keeps what it is told; refuses the first `refusals` deliveries."""

    def __init__(self, refusals: int = 0) -> None:
        self.told: list[tuple[bytes, dict[str, str]]] = []
        self._refusals = refusals
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                listener.told.append((body, dict(self.headers)))
                self.send_response(503 if len(listener.told) <= listener._refusals else 204)
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
        while len(self.told) < count:
            assert time.monotonic() < deadline, f"{len(self.told)} of {count} deliveries"
            time.sleep(0.02)

    def close(self) -> None:
        """Stops the server."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
