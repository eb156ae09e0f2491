"""The same call on the real Python worker and on the local host: the same answer."""

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from azure.functions.meta import Datum

from local.functions_host.worker.invocation import Failure, Invocation, Invoker
from local.functions_host.worker.loading import index
from tests.golden.real_worker import NEEDED, episode, real_worker
from tests.local.functions_host.running import APPS, RunningHost, host

FOREIGN = Path(__file__).resolve().parents[1] / "foreign" / "app"
pytestmark = [pytest.mark.services, *NEEDED]


@pytest.fixture(scope="module")
def real_web() -> Iterator[Any]:
    """The web app on the real worker."""
    with real_worker(APPS / "web") as worker:
        yield worker


@pytest.fixture(scope="module")
def local_web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """The web app on the local host."""
    with host(APPS / "web", tmp_path_factory.mktemp("web")) as running:
        yield running


def _comparable(status: int, headers: Mapping[str, str], body: bytes) -> tuple[Any, ...]:
    """An answer without what differs from call to call: dates, ids, addresses."""
    kept = {k.lower(): v for k, v in headers.items()}
    for name in ("date", "content-length", "connection"):
        kept.pop(name, None)
    try:
        content = json.loads(body)
    except ValueError:
        return status, kept, body
    if isinstance(content, dict) and "headers" in content:
        content.pop("invocation"), content.pop("url"), content.pop("headers")
    return status, kept, content


@pytest.mark.parametrize(
    ("function", "method", "path", "parameters", "content"),
    [
        ("see", "POST", "see/a%20b/7?x=1&x=2&y=", {"name": "a b", "id": "7"}, b"hi"),
        ("see", "GET", "see/x", {"name": "x"}, None),
        ("files", "GET", "files/a/b.txt", {"path": "a/b.txt"}, None),
        ("known_file", "GET", "files/known", {}, None),
        ("by_name", "GET", "by_name", {}, None),
        ("raises", "GET", "raises", {}, None),
        ("http_exception", "GET", "http_exception", {}, None),
        ("nothing", "GET", "nothing", {}, None),
        ("sync", "GET", "sync?name=a", {}, None),
        ("size", "POST", "size", {}, b"x" * 500),
    ],
)
def test_http_answers(
    real_web: Any,
    local_web: RunningHost,
    function: str,
    method: str,
    path: str,
    parameters: dict[str, str],
    content: bytes | None,
) -> None:
    """Status, headers and body of an HTTP function are those of the real worker."""
    real = real_web.http(function, method, f"/api/{path}", body=content, params=parameters)

    local = httpx.request(method, f"{local_web.url}/api/{path}", content=content, timeout=60)

    expected = _comparable(real["status"], real["headers"], real["body"])
    assert _comparable(local.status_code, local.headers, local.content) == expected


def test_broken_stream(real_web: Any, local_web: RunningHost) -> None:
    """A stream that raises in the middle is cut by both, after the same first piece."""
    real = real_web.http("breaks", path="/api/breaks")
    pieces: list[bytes] = []

    with (
        httpx.stream("GET", f"{local_web.url}/api/breaks", timeout=60) as answer,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        pieces.extend(answer.iter_raw())

    assert "IncompleteRead" in real["error"] or real["body"] == b"data: 0\n\n"
    assert b"".join(pieces) in (b"", b"data: 0\n\n")


@pytest.fixture(scope="module")
def real_patterns() -> Iterator[Any]:
    """The patterns app on the real worker."""
    with real_worker(FOREIGN) as worker:
        yield worker


@pytest.fixture(scope="module")
def local_patterns() -> Any:
    """The patterns app, indexed in this process."""
    module = importlib.import_module("tests.foreign.app.function_app")
    with pytest.MonkeyPatch.context() as patch:
        # Another test of this process may have imported FastAPI types, which this app has none of.
        patch.delitem(sys.modules, "azurefunctions.extensions.base", raising=False)
        return index(module.app.get_functions())


@pytest.mark.parametrize(
    ("function", "text"),
    [
        ("add", '{"to": "é", "what": "one"}'),
        ("add", '{"to": 1}'),
        ("square", "7"),
        ("square", '"x"'),
        ("work_batch", "3"),
        ("total", "[1, 2]"),
        ("flaky", '{"id": "a", "failures": 9}'),
        ("chaining", episode("chaining", "zero")),
        ("parent", "no JSON"),
    ],
)
async def test_durable_calls(
    real_patterns: Any, local_patterns: Any, function: str, text: str
) -> None:
    """An activity or an orchestrator's turn gives the real worker's result or failure text."""
    trigger = local_patterns[function].trigger["name"]
    answer = real_patterns.invoke(function, {trigger: real_patterns.td(string=text)})

    invoker = Invoker(lambda: "", threads=1)
    call = Invocation(inputs={trigger: Datum(text, "string")})
    try:
        local = (await invoker.convert(local_patterns[function], call)).value
    except Failure as failure:
        local = failure.message
    await invoker.close()

    assert local == (answer.return_value.json or answer.result.exception.message)
