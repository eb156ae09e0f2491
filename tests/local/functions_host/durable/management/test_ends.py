"""A status of an instance that somebody ended or halted, as it was recorded of the extension."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

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


def _wait(context: Context) -> Orchestration:
    return (yield context.wait_for_external_event("go"))


def _status(context: Context) -> Orchestration:
    yield from ()  # a generator, as every orchestrator should be
    context.set_custom_status("s" * context.get_input())
    return "done"


def _parent(context: Context) -> Orchestration:
    return (yield context.call_sub_orchestrator("wait", None, "child"))


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Harness]:
    """An engine with an orchestrator that waits."""
    async with serving(
        App({"wait": _wait, "status": _status, "parent": _parent}, {}), tmp_path
    ) as running:
        yield running


@pytest.mark.parametrize(
    ("query", "output"),
    [
        ("reason=", ""),
        ("reason=%22quoted%22", "quoted"),
        ("reason={%22a%22:1}", {"a": 1}),
        ("reason=17", 17),
        ("reason=null", None),
        ("reason=a+b%2Bc", "a b+c"),
        ("REASON=upper", "upper"),
        ("", None),
    ],
)
async def test_output_is_the_reason(host: Harness, query: str, output: Any) -> None:
    """A reason that is JSON is shown as its value, any other as it is; the status can be read."""
    await host.start("wait", "one")
    await host.until("one", "Running")

    assert (await host.client.post(f"/instances/one/terminate?{query}")).status_code == 202

    assert (await host.until("one"))["output"] == output


async def test_a_reason_outlives_an_end_without_one(host: Harness) -> None:
    """Who was halted for a reason, and ended without one, still shows the first."""
    await host.start("wait", "one")
    await host.until("one", "Running")
    await host.client.post("/instances/one/suspend?reason=why")
    await host.until("one", "Suspended")

    await host.client.post("/instances/one/terminate")

    assert (await host.until("one"))["output"] == "why"


async def test_a_reason_outlives_an_end_without_output(host: Harness) -> None:
    """What returned nothing does not overwrite it, and what returned something does."""
    for name, value in (("nothing", None), ("something", "v")):
        await host.start("wait", name)
        await host.until(name, "Running")
        await host.client.post(f"/instances/{name}/suspend?reason=why")
        await host.until(name, "Suspended")
        await host.client.post(f"/instances/{name}/resume")
        await host.until(name, "Running")
        await host.raise_event(name, "go", value)

    ends = [(await host.until(name))["output"] for name in ("nothing", "something")]

    assert ends == ["why", "v"]


async def test_a_child_shows_the_output_of_the_last_one_under_its_id(host: Harness) -> None:
    """Until it has one of its own; a start from outside begins without."""
    await host.run("status", 1, "child")
    await host.start("parent", "one")

    child = await host.until("child", "Running")
    await host.raise_event("child", "go")
    ended = await host.until("child")
    await host.start("wait", "child")
    again = await host.until("child", "Running")

    assert (child["name"], child["output"], ended["output"]) == ("wait", "done", "done")
    assert again["output"] is None


async def test_a_child_in_the_place_of_a_running_one_shows_its_output(host: Harness) -> None:
    """The reason for which that one was halted, say."""
    await host.start("wait", "child")
    await host.until("child", "Running")
    await host.client.post("/instances/child/suspend?reason=why")
    await host.until("child", "Suspended")

    await host.start("parent", "one")

    assert (await host.until("child", "Running"))["output"] == "why"


async def test_any_id_has_a_location(host: Harness) -> None:
    """The status of a running instance says where it is, whatever its id is made of."""
    name = quote("x-ü€😀")
    await host.start("wait", name)

    answer = await host.client.get(f"/instances/{name}")

    assert answer.status_code == 202
    assert f"/instances/{name}" in answer.headers["location"]


async def test_inputs_are_left_out_of_the_history_too(host: Harness) -> None:
    """`showInput=false` leaves them out of every event; else each event that has one shows it."""
    await host.start("wait", "one", given=1)
    await host.until("one", "Running")
    await host.raise_event("one", "go", 2)
    await host.until("one")

    with_them = await host.history("one")
    about = await host.status("one", showHistory="true", showInput="false")

    assert {event["EventType"] for event in with_them if "Input" in event} == {
        "ExecutionStarted",
        "EventRaised",
    }
    assert [event["EventType"] for event in about["historyEvents"] if "Input" in event] == []


@pytest.mark.parametrize(("length", "end"), [(8192, "Completed"), (8703, "Failed")])
async def test_custom_status_is_measured_in_whole_kilobytes(
    host: Harness, length: int, end: str
) -> None:
    """Less than 17 KB of UTF-16, quotes included, pass for 16."""
    await host.start("status", "one", given=length)

    about = await host.until("one")

    assert about["runtimeStatus"] == end
    assert ("The current payload size is 17 KB." in str(about["output"])) == (end == "Failed")
