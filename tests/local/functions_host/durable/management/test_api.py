"""The management API over HTTP: codes, headers and bodies of extension 3.19.0."""

from collections.abc import AsyncIterator
from datetime import timedelta
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
JSON = {"Content-Type": "application/json"}


def _quick(context: Context) -> Orchestration:
    yield from ()  # a generator, as every orchestrator should be
    return {"input": context.get_input()}


def _wait(context: Context) -> Orchestration:
    return (yield context.wait_for_external_event("go"))


def _work(context: Context) -> Orchestration:
    yield context.call_activity("work", 1)
    yield context.create_timer(context.current_utc_datetime + timedelta(milliseconds=1))
    return "worked"


def _fail(context: Context) -> Orchestration:
    yield from ()  # a generator, as every orchestrator should be
    raise ValueError("no")


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[Harness]:
    """An engine with a handful of orchestrators."""
    app = App({"quick": _quick, "wait": _wait, "work": _work, "fail": _fail}, {"work": lambda n: n})
    async with serving(app, tmp_path) as running:
        yield running


async def test_start_answers_with_links(host: Harness) -> None:
    """202 with Location, Retry-After and links, under 32 hex digits if no id is given."""
    answer = await host.client.post("/orchestrators/quick")

    body = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == body["statusQueryGetUri"]
    assert answer.headers["retry-after"] == "10"
    assert len(body["id"]) == 32


async def test_start_of_a_running_id_is_a_conflict(host: Harness) -> None:
    """409 with the real words while it runs; afterwards it is started over."""
    await host.start("wait", "one")
    await host.until("one", "Running")

    conflict = await host.client.post("/orchestrators/quick/one")
    await host.raise_event("one", "go", {"x": 1})
    await host.until("one")
    again = await host.client.post("/orchestrators/quick/one")

    assert conflict.status_code == 409
    assert conflict.json() == {
        "Message": "An Orchestration instance with the status Running already exists."
    }
    assert again.status_code == 202


async def test_start_of_an_unknown_orchestrator_fails_later(host: Harness) -> None:
    """As in Azure the start is accepted, and the instance says what is wrong."""
    about = await host.run("nobody")

    assert about["runtimeStatus"] == "Failed"
    assert about["output"].startswith(
        "Orchestrator function 'nobody' failed: The function 'nobody' doesn't exist"
    )


async def test_start_with_a_bad_body_is_refused(host: Harness) -> None:
    """400 in the words of the extension's reader, and nothing is started."""
    answer = await host.client.post("/orchestrators/quick/bad", content="{bad")

    assert answer.status_code == 400
    assert answer.json()["Message"] == "Invalid JSON content"
    assert await host.status("bad") == {}


async def test_status_codes_follow_the_state(host: Harness) -> None:
    """202 with Location and Retry-After while it runs, 200 at the end, 404 without a body."""
    await host.start("wait", "one")
    await host.until("one", "Running")
    await host.run("fail", instance="two")

    running = await host.client.get("/instances/one?showInput=true")
    failed = await host.client.get("/instances/two")
    as_error = await host.client.get("/instances/two?returnInternalServerErrorOnFailure=true")
    unknown = await host.client.get("/instances/three")

    assert running.status_code == 202
    assert running.headers["location"].endswith("/instances/one?showInput=true")
    assert running.headers["retry-after"] == "5"
    assert (failed.status_code, as_error.status_code) == (200, 500)
    assert (unknown.status_code, unknown.content) == (404, b"")


async def test_status_hides_what_is_not_asked_for(host: Harness) -> None:
    """The input unless showInput=false; results of the history only with showHistoryOutput."""
    await host.run("work", {"n": 1})

    plain = await host.status("run")
    blind = await host.status("run", showInput="false")
    history = (await host.status("run", showHistory="true"))["historyEvents"]
    results = await host.history("run")

    assert (plain["input"], blind["input"]) == ('{"n": 1}', None)
    assert "historyEvents" not in plain
    assert "Result" not in history[1]
    assert (results[1]["EventType"], results[1]["Result"]) == ("TaskCompleted", 1)
    assert [e["EventType"] for e in results][2:] == [
        "TimerCreated",
        "TimerFired",
        "ExecutionCompleted",
    ]


async def test_raise_event_checks_instance_then_body(host: Harness) -> None:
    """404 and 410 come before 400 for the type or the text; 202 has no body."""
    await host.run("quick", instance="done")
    await host.start("wait", "one")
    path = "/instances/one/raiseEvent/other"

    unknown = await host.client.post("/instances/none/raiseEvent/go", content="{bad")
    done = await host.client.post("/instances/done/raiseEvent/go", content="{bad")
    untyped = await host.client.post(path, content="1")
    bad = await host.client.post(path, content="{bad json", headers=JSON)
    good = await host.client.post(path, content="1", headers=JSON)

    codes = [answer.status_code for answer in (unknown, done, untyped, bad, good)]
    assert codes == [404, 410, 400, 400, 202]
    assert untyped.json() == {"Message": "Only application/json request content is supported"}
    assert bad.json()["ExceptionMessage"].startswith("Expecting property name")
    assert good.content == b""


async def test_terminate_ends_with_the_reason(host: Harness) -> None:
    """The reason becomes the output; once it has ended the answer is 410."""
    await host.start("wait", "one")

    first = await host.client.post("/instances/one/terminate?reason=enough")
    about = await host.until("one")
    second = await host.client.post("/instances/one/terminate")

    assert (first.status_code, second.status_code) == (202, 410)
    assert (about["runtimeStatus"], about["output"]) == ("Terminated", "enough")


async def test_suspend_and_resume_in_the_wrong_state_are_errors(host: Harness) -> None:
    """500 with the real words for halting a halted instance and resuming a running one."""
    await host.start("wait", "one")
    await host.until("one", "Running")

    early = await host.client.post("/instances/one/resume")
    await host.client.post("/instances/one/suspend?reason=pause")
    halted = await host.until("one", "Suspended")
    twice = await host.client.post("/instances/one/suspend")
    await host.raise_event("one", "go", {"n": 1})
    await host.client.post("/instances/one/resume")
    about = await host.until("one")

    assert (early.status_code, twice.status_code) == (500, 500)
    assert twice.json()["ExceptionMessage"] == (
        "Cannot suspend the orchestration instance one because instance is in the Suspended state."
    )
    assert halted["output"] == "pause"
    assert about["output"] == {"n": 1}


async def test_restart_repeats_the_input(host: Harness) -> None:
    """Under a new id by default, under the same one if asked; 400 unknown, 409 alive."""
    await host.run("quick", 5, "one")
    await host.start("wait", "two")

    new = await host.client.post("/instances/one/restart")
    same = await host.client.post("/instances/one/restart?restartWithNewInstanceId=false")
    unknown = await host.client.post("/instances/none/restart")
    alive = await host.client.post("/instances/two/restart?restartWithNewInstanceId=false")
    about = await host.until(new.json()["id"])

    codes = [answer.status_code for answer in (new, same, unknown, alive)]
    assert codes == [202, 202, 400, 409]
    assert same.json()["id"] == "one"
    assert about["output"] == {"input": 5}


async def test_rewind_is_refused_with_a_sentence(host: Harness) -> None:
    """501 where Azure would rewind; 404 and 412 as there."""
    await host.run("fail", instance="failed")
    await host.run("quick", instance="done")

    failed = await host.client.post("/instances/failed/rewind?reason=x")
    done = await host.client.post("/instances/done/rewind")
    unknown = await host.client.post("/instances/none/rewind")

    assert [a.status_code for a in (failed, done, unknown)] == [501, 412, 404]
    assert "does not support rewind" in failed.json()["Message"]


async def test_purge_takes_only_what_has_ended(host: Harness) -> None:
    """200 with a count, 404 for nothing, 412 while it runs."""
    await host.run("quick", instance="done")
    await host.start("wait", "one")
    await host.until("one", "Running")

    done = await host.client.delete("/instances/done")
    again = await host.client.delete("/instances/done")
    running = await host.client.delete("/instances/one")

    assert (done.status_code, done.json()) == (200, {"instancesDeleted": 1})
    assert again.status_code == 404
    assert running.status_code == 412
    assert running.json().endswith("instance ID one has status Running")


async def test_a_list_ends_with_the_hundredth(host: Harness) -> None:
    """100 instances by id, as in Azure, and a token that says that there are more."""
    for n in range(101):
        await host.start("quick", f"a-{n:03}")
    await host.until("a-100")

    some = await host.client.get("/instances")
    token = some.headers["x-ms-continuation-token"]
    rest = await host.client.get("/instances", headers={"x-ms-continuation-token": token})
    few = await host.client.get("/instances?instanceIdPrefix=a-09")

    assert [about["instanceId"] for about in some.json()] == [f"a-{n:03}" for n in range(100)]
    assert rest.status_code == 501
    assert [about["instanceId"] for about in few.json()] == [f"a-{n:03}" for n in range(90, 100)]
    assert few.headers["x-ms-continuation-token"] == ""


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/orchestrators/quick"),
        ("POST", "/instances"),
        ("PUT", "/instances/one"),
        ("POST", "/instances/one/dance"),
        ("POST", "/orchestrators/quick/a%2Fb"),
        ("POST", "/instances/one/raiseEvent"),
        ("GET", "/"),
    ],
)
async def test_a_wrong_method_or_path_is_not_found(host: Harness, method: str, path: str) -> None:
    """404 without a body, never 405."""
    answer = await host.client.request(method, path)

    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("instance", ["a b", "é", "a#b", "a?b", "a\nb", "@x", "x" * 300])
async def test_ids_are_not_checked(host: Harness, instance: str) -> None:
    """Whatever Azure takes over HTTP, the local host takes too."""
    from urllib.parse import quote

    await host.client.post(f"/orchestrators/quick/{quote(instance, safe='')}")
    about = await host.until(quote(instance, safe=""))

    assert about["instanceId"] == instance


async def test_the_rpc_endpoint_answers_alike(host: Harness) -> None:
    """What the SDK's client asks without a key gets the same answers."""
    await host.run("quick", instance="done")

    answer = await host.client.get("http://host/durabletask/instances/done")

    assert answer.json() == await host.status("done")
