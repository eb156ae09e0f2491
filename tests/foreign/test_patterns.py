"""The official patterns of Durable Functions, run by people's own means: HTTP and a key.

The app under `app/` knows nothing of its host; virtual time makes days pass in seconds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.local.functions_host.running import RunningHost, host, until

pytestmark = pytest.mark.services

APP = Path(__file__).parent / "app"
RUNNING = ("Pending", "Running", "ContinuedAsNew", "Suspended")


@pytest.fixture(scope="module")
def patterns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHost]:
    """A host that runs the app under the virtual clock."""
    flags = ["--clock", "virtual", "--grace", "0.005"]
    with host(APP, tmp_path_factory.mktemp("foreign"), *flags) as running:
        yield running


@pytest.fixture
def http(patterns: RunningHost) -> Iterator[httpx.Client]:
    """A client with the function key."""
    with patterns.http() as client:
        yield client


@contextmanager
def _paused(running: RunningHost) -> Iterator[None]:
    """Time stands still while the block runs."""
    headers = {"x-functions-key": running.keys["master"]}
    with httpx.Client(base_url=running.url, headers=headers, timeout=60) as admin:
        admin.post("/admin/host/clock", json={"paused": True}).raise_for_status()
        try:
            yield
        finally:
            admin.post("/admin/host/clock", json={"paused": False}).raise_for_status()


def _start(http: httpx.Client, name: str, given: Any = None, id_: str = "") -> dict[str, Any]:
    answer = http.post(f"/api/start/{name}/{id_}".rstrip("/"), json=given)
    assert answer.status_code == 202, answer.text
    links: dict[str, Any] = answer.json()
    return links


def _ask(address: str) -> dict[str, Any]:
    """Follow an address as it was given: a key in a header would win over the one in it."""
    with httpx.Client(timeout=60) as anyone:
        answer: dict[str, Any] = anyone.get(address).json()
        return answer


def _wait_for_end(links: dict[str, Any]) -> dict[str, Any]:
    """The status of an instance once it has ended, asked for at the address in its 202."""
    with httpx.Client(timeout=60) as anyone:

        def look() -> dict[str, Any]:
            status: dict[str, Any] = anyone.get(links["statusQueryGetUri"]).json()
            return {} if status["runtimeStatus"] in RUNNING else status

        return until(look)


def _span(status: dict[str, Any]) -> timedelta:
    times = [datetime.fromisoformat(status[key]) for key in ("createdTime", "lastUpdatedTime")]
    return times[1] - times[0]


def test_chaining(http: httpx.Client) -> None:
    """Steps run one after the other, each with the result of the one before."""
    status = _wait_for_end(_start(http, "chaining", "zero"))

    assert (status["runtimeStatus"], status["output"]) == ("Completed", "zero one two three")


@pytest.mark.parametrize("size", [1, 50])
def test_fan_out(http: httpx.Client, size: int) -> None:
    """Any number of activities run side by side and are gathered in order."""
    status = _wait_for_end(_start(http, "fan_out", size))

    assert status["output"] == sum(n * n for n in range(size))


def test_async_http(http: httpx.Client, patterns: RunningHost) -> None:
    """The 202 names all addresses; asking gives 202 while it runs, then 200 with the result."""
    with _paused(patterns):  # else the deadline may pass before the approval comes
        answer = http.post("/api/start/human/async-1")
        links = answer.json()
        http.post("/api/approve/async-1", json={"by": "boss"})
    status = _wait_for_end(links)

    assert answer.headers["location"] == links["statusQueryGetUri"]
    assert answer.headers["retry-after"] == "10"
    assert {"id", "sendEventPostUri", "terminatePostUri", "purgeHistoryDeleteUri"} <= set(links)
    assert status["output"] == {"approved": {"by": "boss"}}


def test_wait_for_completion(http: httpx.Client) -> None:
    """An endpoint that waits answers with the output itself."""
    answer = http.post("/api/wait/fan_out", json=4)

    assert (answer.status_code, answer.json()) == (200, 14)


def test_monitor(http: httpx.Client) -> None:
    """A monitor looks each minute until the condition holds, and shows how often it looked."""
    http.put("/api/weather/Sonthofen", content="15")

    status = _wait_for_end(_start(http, "monitor", "Sonthofen"))

    assert status["output"] == {"clear": True, "looks": 16}
    assert status["customStatus"] == {"looks": 16}
    assert _span(status) >= timedelta(minutes=15)


def test_human_does_not_answer(http: httpx.Client) -> None:
    """Without an answer the time-out wins, three days later."""
    status = _wait_for_end(_start(http, "human"))

    assert status["output"] == "escalated owner"
    assert _span(status) >= timedelta(days=3)


def test_eternal(http: httpx.Client) -> None:
    """Rounds continue as new for weeks; the history stays that of one round."""
    links = _start(http, "eternal", {"count": 0, "until": 30})

    status = _wait_for_end(links)

    assert status["output"] == 30
    history = _ask(f"{links['statusQueryGetUri']}&showHistory=true")["historyEvents"]
    assert len(history) < 10


def test_sub_orchestrations(http: httpx.Client) -> None:
    """Children run side by side; a failing one can be caught and stands under its own id."""
    links = _start(http, "parent", ["a", "b"], "family")

    status = _wait_for_end(links)

    assert status["output"] == ["a one two three", "b one two three", "caught"]
    bad = _ask(links["statusQueryGetUri"].replace("/family", "/family-bad"))
    assert bad["runtimeStatus"] == "Failed"


@pytest.mark.parametrize(("failures", "outcome"), [(0, 1), (2, 3), (3, None)])
def test_retries(http: httpx.Client, failures: int, outcome: int | None) -> None:
    """A failing activity is tried again after the interval, at most as often as it is allowed."""
    status = _wait_for_end(_start(http, "retries", {"failures": failures}))

    if outcome is None:
        assert status["runtimeStatus"] == "Failed"
        assert "attempt 3 failed" in status["output"]
    else:
        assert status["output"] == {"attempts": outcome}
        assert _span(status) >= timedelta(minutes=outcome - 1)


def test_needs_a_key(patterns: RunningHost) -> None:
    """Endpoints and management addresses are closed without a key; those in a 202 carry theirs."""
    with patterns.http(None) as stranger, patterns.http() as friend:
        endpoint = stranger.post("/api/start/chaining")
        links = _start(friend, "chaining", "x")
        hook = stranger.get(links["statusQueryGetUri"].partition("?")[0])
        linked = stranger.get(links["statusQueryGetUri"])

    assert (endpoint.status_code, hook.status_code) == (401, 401)
    assert linked.status_code in (200, 202)
