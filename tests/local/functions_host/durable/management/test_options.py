"""Options in a query, and what is asked of other hubs, connections and entities (3.19.0)."""

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

pytestmark = [pytest.mark.services, SDK_WARNS]


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
        ("runtimeStatus=Completed&runtimeStatus=Failed", ["done"]),
        ("runtimeStatus=Canceled", []),
        ("createdTimeFrom=2099-01-01", []),
        ("createdTimeFrom=2099-01-01T00:00:00%2B02:00", []),
        ("createdTimeFrom=2020-01-01&createdTimeTo=2099-01-01&instanceIdPrefix=on", ["one"]),
        ("taskHub=testhub&connection=Storage", ["done", "one"]),
    ],
)
async def test_list_options(host: Harness, query: str, ids: list[str]) -> None:
    """What counts as a state, a time, a prefix and a task hub."""
    assert await _ids(host, query) == ids


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("runtimeStatus=Unknown", "runtimeStatus is 'Unknown': write one of Completed, "),
        ("runtimeStatus=completed,Failed", "runtimeStatus is 'completed': write one of"),
        ("runtimeStatus=1", "runtimeStatus is '1': write one of"),
        ("createdTimeTo=01/02/2099", "createdTimeTo is '01/02/2099': write it as 2026-"),
        ("createdTimeTo=2099-01-01T00:00:00+02:00", "createdTimeTo is '2099-01-01T00:00:00 02:00'"),
    ],
)
async def test_unknown_states_and_times_are_refused(host: Harness, query: str, words: str) -> None:
    """A filter that this host does not know is 400 and says what to write."""
    answer = await host.client.get(f"/instances?{query}")

    assert answer.status_code == 400
    assert answer.json()["ExceptionMessage"].startswith(words)


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


@pytest.mark.parametrize("other", ["taskHub=Other", "connection=Mine"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/instances/done"),
        ("GET", "/instances"),
        ("DELETE", "/instances/done"),
        ("DELETE", "/instances"),
        ("POST", "/instances/one/terminate"),
        ("POST", "/instances/one/raiseEvent/go"),
        ("POST", "/instances/done/restart"),
        ("POST", "/orchestrators/quick/new"),
    ],
)
async def test_another_task_hub_is_refused(
    host: Harness, method: str, path: str, other: str
) -> None:
    """So is another storage account: 501 that says so, and nothing here is touched."""
    separator = "&" if "?" in path else "?"

    answer = await host.client.request(method, f"{path}{separator}{other}")

    assert answer.status_code == 501
    assert "does not support another task hub" in answer.json()["Message"]
    assert await _ids(host, "") == ["done", "one"]
    assert (await host.status("one"))["runtimeStatus"] == "Running"


@pytest.mark.parametrize("name", ["Storage", "AzureWebJobsStorage", "storage"])
async def test_connection_by_the_name_of_the_setting(host: Harness, name: str) -> None:
    """With or without the prefix that settings of the host have."""
    assert (await host.client.get(f"/instances/done?connection={name}")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "words"),
    [
        ("POST", "/instances/done/restartWithOptions?newInstanceId=new", "a restart with options"),
        ("POST", "/orchestrators/wait/two?timeout=1&pollingInterval=1", "a start that waits"),
        ("GET", "/instances?top=1", "pages of a list of instances"),
        ("DELETE", "/instances?createdTimeFrom=2020-01-01", "purging by filter"),
        ("GET", "/entities", "entities"),
        ("POST", "/entities/x/y", "entities"),
        ("DELETE", "/entities/x/y", "entities"),
    ],
)
async def test_what_this_host_does_not_do(
    host: Harness, method: str, path: str, words: str
) -> None:
    """501 with a sentence that says what, and that Azure does it; nothing is done."""
    answer = await host.client.request(method, path)

    assert answer.status_code == 501
    text = answer.json()["Message"]
    assert text.startswith(f"The local host does not support {words}")
    assert text.endswith(". Azure does: try it there.")
    assert await _ids(host, "") == ["done", "one"]


async def test_start_without_a_name_is_not_found(host: Harness) -> None:
    """An empty segment is no name."""
    answer = await host.client.post("/orchestrators//new")

    assert (answer.status_code, answer.content) == (404, b"")
    assert await host.status("new") == {}
