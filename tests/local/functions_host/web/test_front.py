"""The host's HTTP side over the wire, with FastAPI types and with classic ones."""

import re
import signal
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.local.functions_host.running import APPS, RunningHost, host, until

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """A host with functions of FastAPI types."""
    flags = ["--log-requests", "--keys", "default=d,other=o,master=m"]
    flags += ["--setting", "FUNCTIONS_REQUEST_BODY_SIZE_LIMIT=1000"]
    flags += ["--setting", "AzureWebJobs.switched_off.Disabled=true"]
    with host(APPS / "web", tmp_path_factory.mktemp("web"), *flags) as running:
        yield running


@pytest.fixture(scope="module")
def classic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """A host with functions of azure.functions types."""
    with host(APPS / "classic", tmp_path_factory.mktemp("classic")) as running:
        yield running


def test_request_arrives_as_forwarded(web: RunningHost) -> None:
    """A function sees path parameters as texts, all query values, and the forwarder's headers."""
    with web.http(None) as http:
        seen = http.post("/api/see/a%20b/7?x=1&x=2&y=", content="hi").json()

    assert seen["path_params"] == {"name": "a b", "id": "7"}
    assert seen["query"] == [["x", "1"], ["x", "2"], ["y", ""]]
    assert seen["body"] == "hi"
    assert seen["path"] == "/api/see/a b/7"
    assert seen["client"] == "127.0.0.1"
    assert seen["function"] == "see"
    assert seen["headers"]["x-forwarded-host"] == web.url.removeprefix("http://")
    assert seen["headers"]["x-forwarded-proto"] == "http"
    assert seen["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert seen["headers"]["x-ms-invocation-id"] == seen["invocation"]


def test_url_is_the_private_one(web: RunningHost) -> None:
    """`request.url` does not show the caller's address: links must come from the headers."""
    with web.http(None) as http:
        seen = http.get("/api/see/x").json()

    assert web.url not in seen["url"]
    assert seen["path_params"] == {"name": "x"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/see/x/7", 200),
        ("GET", "/API/See/x/7/", 200),
        ("GET", "/api/see/x/seven", 404),
        ("DELETE", "/api/see/x/7", 404),
        ("HEAD", "/api/see/x/7", 404),
        ("OPTIONS", "/api/see/x/7", 404),
        ("HEAD", "/api/by_name", 200),
        ("OPTIONS", "/api/by_name", 200),
        ("PATCH", "/api/by_name", 200),
        ("GET", "/api/unknown", 404),
        ("GET", "/api/switched_off", 404),
        ("GET", "/see/x/7", 404),
        ("GET", "/api", 404),
    ],
)
def test_routing(web: RunningHost, method: str, path: str, status: int) -> None:
    """Methods and constraints are part of the route: what does not fit is 404 and empty."""
    with web.http(None) as http:
        answer = http.request(method, path)

    assert answer.status_code == status
    assert status == 200 or answer.content == b""


def test_specific_route_wins(web: RunningHost) -> None:
    """Of two routes that fit, the more specific one is taken; a catch-all takes the rest."""
    with web.http(None) as http:
        known = http.get("/api/files/known").json()
        other = http.get("/api/files/a/b%2Fc.txt").json()

    assert known == "known"
    assert other == {"path": "a/b%2Fc.txt"}


@pytest.mark.parametrize(
    ("path", "headers", "query", "status"),
    [
        ("for_key_holders", {}, {}, 401),
        ("for_key_holders", {"x-functions-key": "d"}, {}, 200),
        ("for_key_holders", {"x-functions-key": "o"}, {}, 200),
        ("for_key_holders", {"x-functions-key": "m"}, {}, 200),
        ("for_key_holders", {}, {"code": "d"}, 200),
        ("for_key_holders", {"x-functions-key": "wrong"}, {"code": "d"}, 401),
        ("for_key_holders", {"x-functions-key": "SYSTEM"}, {}, 401),
        ("for_admins", {"x-functions-key": "d"}, {}, 401),
        ("for_admins", {"x-functions-key": "m"}, {}, 200),
        ("unknown", {"x-functions-key": "wrong"}, {}, 404),
    ],
)
def test_keys(
    web: RunningHost, path: str, headers: dict[str, str], query: dict[str, str], status: int
) -> None:
    """The header beats `?code=`; a system key opens no function; 404 comes before 401."""
    sent = {n: web.keys["system"] if v == "SYSTEM" else v for n, v in headers.items()}
    with web.http(None) as http:
        answer = http.get(f"/api/{path}", headers=sent, params=query)

    assert answer.status_code == status
    assert status == 200 or answer.content == b""


@pytest.mark.parametrize(
    ("path", "status", "content_type", "text"),
    [
        ("raises", 500, "text/plain; charset=utf-8", "Internal Server Error"),
        ("http_exception", 418, "application/json", '{"detail":"short and stout"}'),
        ("nothing", 500, "text/plain; charset=utf-8", "Internal Server Error"),
        ("by_name", 200, "application/json", '{"ok":true}'),
        ("sync?name=a", 200, "application/json", '{"name":"a"}'),
    ],
)
def test_results(web: RunningHost, path: str, status: int, content_type: str, text: str) -> None:
    """What a function returns or raises is answered as the worker's own server answers it."""
    with web.http(None) as http:
        answer = http.get(f"/api/{path}")

    assert (answer.status_code, answer.text) == (status, text)
    assert answer.headers["content-type"] == content_type


def test_log_of_a_failure(web: RunningHost) -> None:
    """A function that raises is logged with its own frames, without keys and without the host's."""
    with web.http(None) as http:
        http.get("/api/raises?code=topsecret")

    text = until(lambda: web.text() if "raises failed: ValueError" in web.text() else "")
    assert "in raises" in text
    assert "fastapi_functions.py" not in text
    assert "topsecret" not in text
    assert "abc123" not in text


def test_stream_is_not_buffered(web: RunningHost) -> None:
    """Each piece of a stream arrives when it is yielded."""
    with web.http(None) as http, http.stream("GET", "/api/stream") as answer:
        pieces = answer.iter_raw()
        times = [time.monotonic() for _ in zip(range(4), pieces, strict=False)]

    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert len(times) == 4
    assert times[-1] - times[0] > 0.2


def test_disconnect_cancels_the_stream(web: RunningHost) -> None:
    """When the caller leaves, the function's generator is cancelled."""
    before = len(web.lines("stream cancelled"))

    with web.http(None) as http, http.stream("GET", "/api/stream") as answer:
        next(answer.iter_raw())

    until(lambda: len(web.lines("stream cancelled")) > before, seconds=5)


def test_broken_stream_is_cut(web: RunningHost) -> None:
    """An exception in the middle of a stream cuts the connection and stands in the log."""
    with (
        web.http(None) as http,
        pytest.raises(httpx.RemoteProtocolError),
        http.stream("GET", "/api/breaks") as answer,
    ):
        answer.read()

    until(lambda: "breaks failed: RuntimeError: in the middle" in web.text())


ENDLESS = """
import asyncio
import azure.functions as func
from azurefunctions.extensions.http.fastapi import Request, Response, StreamingResponse

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

async def ticks():
    while True:
        yield b"tick"
        await asyncio.sleep(0.05)

@app.route(route="endless")
async def endless(req: Request) -> Response:
    return StreamingResponse(ticks())
"""


def test_the_time_out_covers_the_stream(tmp_path: Path) -> None:
    """A stream that goes on for longer than functionTimeout is cut, and the log says why."""
    (tmp_path / "function_app.py").write_text(ENDLESS)
    (tmp_path / "host.json").write_text('{"version": "2.0", "functionTimeout": "00:00:01"}')
    pieces: list[bytes] = []

    with host(tmp_path, tmp_path / "state") as running:
        with (
            httpx.stream("GET", f"{running.url}/api/endless") as answer,
            pytest.raises(httpx.RemoteProtocolError),
        ):
            pieces.extend(answer.iter_raw())
        until(lambda: "Timeout value of 0:00:01 exceeded by function" in running.text())

    assert answer.status_code == 200
    assert pieces


def test_large_bodies(web: RunningHost) -> None:
    """A body over the limit is 413, whether its length is announced or not."""
    with web.http(None) as http:
        fits = http.post("/api/size", content=b"x" * 1000)
        announced = http.post("/api/size", content=b"x" * 1001)
        chunked = http.post("/api/size", content=iter([b"x" * 600] * 2))

    assert fits.json() == {"bytes": 1000}
    assert (announced.status_code, announced.content) == (413, b"")
    assert (chunked.status_code, chunked.content) == (413, b"")


def test_home_and_admin_pages(web: RunningHost) -> None:
    """The home page is open, the admin pages need the master key, and others are named."""
    with web.http("master") as admin, web.http("default") as user:
        home = user.get("/")
        refused = user.get("/admin/host/ping")
        ping = admin.get("/admin/host/ping")
        absent = [admin.get(f"/admin/{page}") for page in ("host/status", "functions", "host/keys")]
        by_hand = admin.post("/admin/functions/SEE", json={"input": ""})
        unknown = admin.post("/admin/functions/unknown", json={"input": ""})

    assert home.status_code == 200
    assert (refused.status_code, refused.content) == (401, b"")
    assert ping.status_code == 200
    assert [answer.status_code for answer in absent] == [404, 404, 404]
    assert all("It has /admin/host/clock, /admin/host/ping" in answer.text for answer in absent)
    assert (by_hand.status_code, unknown.status_code) == (400, 404)


def test_a_real_clock_cannot_be_moved(web: RunningHost) -> None:
    """The clock's page shows a real clock and refuses to move it, saying how to get another."""
    with web.http("master") as admin:
        shown = admin.get("/admin/host/clock").json()
        moved = admin.post("/admin/host/clock", json={"advance": 1})

    assert (shown["virtual"], shown["paused"]) == (False, False)
    assert moved.status_code == 400
    assert "--clock virtual" in moved.text


def test_classic_request_and_response(classic: RunningHost) -> None:
    """A classic function gets the whole request; prefix and status are as it says."""
    with classic.http(None) as http:
        answer = http.post(
            "/v2/shop/echo/a%20b?x=1&x=2&y=", content="hi", headers={"x-colour": "red"}
        )

    assert answer.status_code == 201
    assert answer.headers["x-answer"] == "yes"
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "method": "POST",
        "url": f"{classic.url}/v2/shop/echo/a%20b?x=1&x=2&y=",
        "params": {"x": "1,2"},
        "route": {"name": "a b"},
        "header": "red",
        "body": "hi",
    }


@pytest.mark.parametrize(
    ("path", "status", "text"), [("text", 200, "plain"), ("raises", 500, ""), ("nothing", 500, "")]
)
def test_classic_results(classic: RunningHost, path: str, status: int, text: str) -> None:
    """A text is an answer; an exception and None are 500 with an empty body."""
    with classic.http(None) as http:
        answer = http.get(f"/v2/shop/{path}")

    assert (answer.status_code, answer.text) == (status, text)


def test_classic_cookies(classic: RunningHost) -> None:
    """Several cookies are several headers."""
    with classic.http(None) as http:
        answer = http.get("/v2/shop/cookies")

    assert answer.headers.get_list("set-cookie") == ["a=1; Path=/", "b=2; HttpOnly"]


def test_log_has_no_keys(web: RunningHost) -> None:
    """One line for each request where that is asked for, with the function, and no key in it."""
    with web.http(None) as http:
        http.get("/api/for_key_holders?code=d&x=1")

    text = until(lambda: web.text() if "GET /api/for_key_holders" in web.text() else "")
    assert re.search(r"GET /api/for_key_holders 200 \(for_key_holders\) \d+ ms", text)
    assert "code=d" not in text


def test_log_without_requests(classic: RunningHost) -> None:
    """Requests leave no line in the log unless that is asked for."""
    with classic.http(None) as http:
        http.get("/v2/shop/text")
        http.get("/v2/shop/raises")

    text = until(lambda: classic.text() if "raises failed" in classic.text() else "")
    assert "GET /v2" not in text


def test_half_a_request_harms_nobody(web: RunningHost) -> None:
    """A caller who leaves in the middle of a body costs nothing but a line in the log."""
    connection = HTTPConnection(urlsplit(web.url).netloc)
    connection.putrequest("POST", "/api/size")
    connection.putheader("Content-Length", "100")
    connection.endheaders(b"half")
    connection.close()

    with web.http(None) as http:
        answer = http.post("/api/size", content=b"whole")

    assert answer.json() == {"bytes": 5}


def test_stops_with_success(tmp_path: Path) -> None:
    """SIGTERM stops the host, with exit code 0, also while a stream is open."""
    with (
        host(APPS / "web", tmp_path) as running,
        running.http(None) as http,
        http.stream("GET", "/api/stream") as answer,
    ):
        next(answer.iter_raw())
        running.process.send_signal(signal.SIGTERM)
        code = running.process.wait(20)

    assert code == 0
