"""Options in a query, and what is asked of other hubs, connections and entities (3.19.0)."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.local.functions_host.durable.harness import (
    SDK_WARNS,
    App,
    Context,
    Harness,
    Orchestration,
    serving,
)

pytestmark = SDK_WARNS
TOKEN = "x-ms-continuation-token"
SINCE = "createdTimeFrom=2020-01-01"


def _quick(context: Context) -> Orchestration:
    yield from ()  # a generator, as every orchestrator should be
    return context.get_input()


def _wait(context: Context) -> Orchestration:
    return (yield context.wait_for_external_event("go"))


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Harness]:
    """An engine where `done` has completed and `one` waits for the event `go`."""
    async with serving(App({"quick": _quick, "wait": _wait}), tmp_path) as running:
        await running.run("quick", instance="done")
        await running.start("wait", "one")
        await running.until("one", "Running")
        yield running


async def _ids(host: Harness, query: str) -> list[str]:
    answer = await host.client.get(f"/instances?{query}")
    return [about["instanceId"] for about in answer.json()]


async def test_repeated_options_are_joined(host: Harness) -> None:
    """With a comma, so a repeated flag is neither true nor false, and a prefix matches nothing."""
    about = (await host.client.get("/instances/done?showHistory=true&showHistory=true")).json()
    await host.client.post("/instances/one/terminate?reason=a&reason=b")

    assert "historyEvents" not in about
    assert await _ids(host, "instanceIdPrefix=d&instanceIdPrefix=d") == []
    assert (await host.until("one"))["output"] == "a,b"


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("runtimeStatus=completed", ["done", "one"]),
        ("runtimeStatus=1&runtimeStatus=Failed", ["done"]),
        ("runtimeStatus=Canceled", []),
        ("createdTimeFrom=01/02/2099", []),
        ("createdTimeFrom=2099-01-01T00:00:00+02:00", ["done", "one"]),
        ("top=1.5", ["done", "one"]),
        ("top=99999999999", ["done", "one"]),
        ("top=%201", ["done"]),
        ("taskHub=Other", []),
        ("taskHub=testhub&connection=Storage", ["done", "one"]),
    ],
)
async def test_list_options(host: Harness, query: str, ids: list[str]) -> None:
    """What counts as a state, a time, a number and a task hub."""
    assert await _ids(host, query) == ids


async def test_unknown_state_is_refused(host: Harness) -> None:
    """400 in .NET's words."""
    answer = await host.client.get("/instances?runtimeStatus=Unknown")

    assert answer.status_code == 400
    assert answer.json()["ExceptionMessage"] == "Requested value 'Unknown' was not found."


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("instanceIdPrefix=nothing", []),
        ("runtimeStatus=Pending", []),
        ("runtimeStatus=Running,Completed", ["one"]),
    ],
)
async def test_purge_looks_at_states_of_ended_instances_only(
    host: Harness, query: str, left: list[str]
) -> None:
    """A prefix and other states are no filter: without another one everything goes."""
    answer = await host.client.delete(f"/instances?{SINCE}&{query}")

    assert answer.json() == {"instancesDeleted": 2 - len(left)}
    assert await _ids(host, "") == left


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("APPLICATION/JSON; charset=utf-8", 202),
        ("application/jsonx", 400),
        ("application/json, text/plain", 400),
    ],
)
async def test_event_needs_exactly_json(host: Harness, content_type: str, code: int) -> None:
    """Parameters and case are free, the type is not."""
    headers = {"Content-Type": content_type}

    answer = await host.client.post("/instances/one/raiseEvent/x", content="1", headers=headers)

    assert answer.status_code == code


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/instances/done"),
        ("GET", "/instances"),
        ("POST", "/instances/one/raiseEvent/go"),
        ("POST", "/orchestrators/quick/new"),
    ],
)
async def test_unknown_connection_is_an_error(host: Harness, method: str, path: str) -> None:
    """500 that names it, before anything else is looked at; an unknown path stays 404."""
    answer = await host.client.request(method, f"{path}?connection=Nope&taskHub=Other")
    nowhere = await host.client.get("/nowhere?connection=Nope")

    expected = "Unable to resolve the Azure Storage connection named 'Nope'."
    assert (answer.status_code, answer.json()["ExceptionMessage"]) == (500, expected)
    assert nowhere.status_code == 404


async def test_connection_by_the_name_of_a_setting(
    host: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With or without the prefix that settings of the host have."""
    monkeypatch.setenv("AzureWebJobsMine", "UseDevelopmentStorage=true")

    for name in ("Mine", "AzureWebJobsMine"):
        assert (await host.client.get(f"/instances/done?connection={name}")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/instances/done", 404),
        ("DELETE", "/instances/done", 404),
        ("DELETE", f"/instances?{SINCE}", 404),
        ("POST", "/instances/one/terminate", 404),
        ("POST", "/instances/one/raiseEvent/go", 404),
        ("POST", "/instances/done/rewind", 404),
        ("POST", "/instances/done/restart", 400),
        ("POST", "/orchestrators/quick/new", 501),
    ],
)
async def test_another_task_hub_is_empty(host: Harness, method: str, path: str, code: int) -> None:
    """Nothing is known there and nothing here is touched; starts say that they are refused."""
    separator = "&" if "?" in path else "?"

    answer = await host.client.request(method, f"{path}{separator}taskHub=Other")

    assert answer.status_code == code
    assert await _ids(host, "") == ["done", "one"]
    assert (await host.status("one"))["runtimeStatus"] == "Running"


async def test_restart_with_options_needs_an_id(host: Harness) -> None:
    """400 that says so; with one it starts."""
    without = await host.client.post("/instances/done/restartWithOptions")
    given = await host.client.post("/instances/done/restartWithOptions?newInstanceId=new")

    assert without.status_code == 400
    assert without.json() == {"Message": "A new orchestration instance ID must be provided."}
    assert given.json()["id"] == "new"


async def test_start_without_a_name_is_not_found(host: Harness) -> None:
    """An empty segment is no name."""
    answer = await host.client.post("/orchestrators//new")

    assert (answer.status_code, answer.content) == (404, b"")
    assert await host.status("new") == {}


@pytest.mark.parametrize(("wait", "interval"), [("0.1", "0.1"), ("0.1", "0.08")])
async def test_a_start_waits_as_long_as_it_was_told(
    host: Harness, wait: str, interval: str
) -> None:
    """The last pause is cut to what is left of the timeout."""
    began = time.monotonic()

    options = f"timeout={wait}&pollingInterval={interval}"
    answer = await host.client.post(f"/orchestrators/wait/two?{options}")

    assert answer.status_code == 202
    assert time.monotonic() - began >= float(wait)


@pytest.mark.parametrize(
    ("method", "path", "code", "words"),
    [
        ("GET", "/entities", 200, None),
        ("GET", "/entities/x/y", 404, None),
        ("PUT", "/entities", 404, None),
        ("POST", "/entities", 400, "Invalid entity id: entity name must not be a null or empty"),
        ("DELETE", "/entities", 400, "Invalid entity id: entity name must not be a null or empty"),
        ("POST", "/entities/x/y", 400, "The function 'x' doesn't exist"),
        ("DELETE", "/entities/x/y", 400, "The function 'x' doesn't exist"),
    ],
)
async def test_entities(
    host: Harness, method: str, path: str, code: int, words: str | None
) -> None:
    """There are none: an empty page, nothing found, or why a name cannot be one."""
    answer = await host.client.request(method, path)

    assert answer.status_code == code
    assert (answer.headers.get(TOKEN) == "") == (code == 200)
    if words:
        assert answer.json()["Message"].startswith(words)
