"""Serves a host's journal in the way that the recordings' driver asks for it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit


@contextmanager
def serve_journal(journal: Path) -> Iterator[str]:
    """Answer `GET /journal?since=N` from the file `journal` until the block ends; gives the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            if url.path == "/journal":
                answer = _since(journal, int(parse_qs(url.query)["since"][0]))
            else:
                answer = b'{"ok": true}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _since(journal: Path, since: int) -> bytes:
    text = journal.read_text() if journal.exists() else ""
    # A line that is being written has no end yet; it comes with the next call.
    lines = text.split("\n")[:-1]
    entries = [json.loads(line) for line in lines[since:]]
    return json.dumps({"next": len(lines), "lines": entries}).encode()
