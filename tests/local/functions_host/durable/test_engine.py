"""The engine as an app sees it: what orchestrations can do, and what survives."""

import asyncio
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.durable_functions import RetryOptions

from local.functions_host.durable import instances
from local.functions_host.durable.instances import Start
from local.functions_host.durable.store import Store
from tests.local.functions_host.durable.harness import (
    SDK_WARNS,
    App,
    Context,
    Orchestration,
    serving,
)

pytestmark = SDK_WARNS


def _fail(given: Any) -> Any:
    raise ValueError(f"no {given}")


def _chain(context: Context) -> Orchestration:
    first = yield context.call_activity("double", 3)
    second = yield context.call_activity("double", first)
    return second


async def test_runs_a_chain_of_activities(tmp_path: Path) -> None:
    """Each activity gets the result of the one before; the output is the code's return value."""
    app = App({"chain": _chain}, {"double": lambda n: n * 2})

    async with serving(app, tmp_path) as host:
        about = await host.run("chain")

    assert about["runtimeStatus"] == "Completed"
    assert about["output"] == 12
    assert app.calls == [("double", 3), ("double", 6)]


async def test_runs_a_fan_out_side_by_side(tmp_path: Path) -> None:
    """Activities of one task_all run at the same time; results keep the order of the calls."""
    meeting = threading.Barrier(5, timeout=60)

    def meet(n: int) -> int:
        meeting.wait()
        return n

    def fan_out(context: Context) -> Orchestration:
        return (yield context.task_all([context.call_activity("meet", n) for n in range(5)]))

    async with serving(App({"fan_out": fan_out}, {"meet": meet}), tmp_path) as host:
        about = await host.run("fan_out")

    assert about["output"] == [0, 1, 2, 3, 4]


async def test_virtual_time_jumps_over_a_long_timer(tmp_path: Path) -> None:
    """A timer of 30 days, which the SDK splits, ends within seconds and not before its time."""

    def month(context: Context) -> Orchestration:
        start = context.current_utc_datetime
        yield context.create_timer(start + timedelta(days=30))
        return (context.current_utc_datetime - start).total_seconds()

    async with serving(App({"month": month}), tmp_path, virtual=True) as host:
        about = await host.run("month")

    assert about["output"] >= timedelta(days=30).total_seconds()


async def test_event_beats_a_timer_and_the_timer_is_cancelled(tmp_path: Path) -> None:
    """The winner of a race is the event, and the instance ends without waiting for the timer."""

    def race(context: Context) -> Orchestration:
        timer = context.create_timer(context.current_utc_datetime + timedelta(days=1))
        event = context.wait_for_external_event("go")
        winner = yield context.task_any([timer, event])
        timer.cancel()
        return event.result if winner == event else "timer"

    async with serving(App({"race": race}), tmp_path) as host:
        await host.start("race", "run")
        await host.until("run", "Running")
        code = await host.raise_event("run", "go", {"n": 1})
        about = await host.until("run")

    assert code == 202
    assert about["output"] == {"n": 1}


async def test_retries_until_an_activity_succeeds(tmp_path: Path) -> None:
    """A failing activity is called again after each interval, under ids the SDK agrees with."""
    attempts: list[int] = []

    def flaky(n: int) -> int:
        attempts.append(n)
        if len(attempts) < 3:
            raise RuntimeError(f"attempt {len(attempts)}")
        return n

    def retry(context: Context) -> Orchestration:
        options = RetryOptions(5000, 5)
        first = yield context.call_activity_with_retry("flaky", options, 7)
        return [first, (yield context.call_activity("flaky", 8))]

    async with serving(App({"retry": retry}, {"flaky": flaky}), tmp_path, virtual=True) as host:
        about = await host.run("retry")

    assert about["output"] == [7, 8]
    assert attempts == [7, 7, 7, 8]


async def test_failure_of_an_activity_reaches_the_code_as_in_azure(tmp_path: Path) -> None:
    """The orchestrator catches an Exception whose text starts with the real engine's words."""

    def catch(context: Context) -> Orchestration:
        try:
            yield context.call_activity("fail", "luck")
        except Exception as error:  # noqa: BLE001 - this is the type that the SDK raises
            return [type(error).__name__, str(error)]

    async with serving(App({"catch": catch}, {"fail": _fail}), tmp_path) as host:
        about = await host.run("catch")

    kind, text = about["output"]
    assert kind == "Exception"
    assert text.startswith("Activity function 'fail' failed: ValueError: no luck \n {\"$type\":")


async def test_sub_orchestrations_return_and_fail(tmp_path: Path) -> None:
    """A child's result and its failure reach the parent; without an id it gets the parent's."""

    def child(context: Context) -> Orchestration:
        if context.get_input() == "bad":
            raise ValueError("child boom")
        said = yield context.call_activity("id", context.parent_instance_id)
        return [said, context.instance_id]

    def parent(context: Context) -> Orchestration:
        good = yield context.call_sub_orchestrator("child", "good", "given")
        auto = yield context.call_sub_orchestrator("child", "good")
        try:
            yield context.call_sub_orchestrator("child", "bad")
        except Exception as error:  # noqa: BLE001 - this is the type that the SDK raises
            return [good, auto, str(error).partition(" \n")[0]]

    app = App({"child": child, "parent": parent}, {"id": lambda n: n})

    async with serving(app, tmp_path) as host:
        about = await host.run("parent")

    good, auto, failure = about["output"]
    assert good == ["run", "given"]
    assert auto[1].endswith(":1")
    assert failure == "Orchestrator function 'child' failed: child boom"


async def test_continue_as_new_starts_a_fresh_history(tmp_path: Path) -> None:
    """Twenty generations end with the last input, and the history holds the last one only."""

    def loop(context: Context) -> Orchestration:
        n = context.get_input()
        yield context.call_activity("count", n)
        if n < 20:
            context.continue_as_new(n + 1)
            return None
        return n

    app = App({"loop": loop}, {"count": lambda n: n})

    async with serving(app, tmp_path) as host:
        about = await host.run("loop", 1)
        history = await host.history("run")

    assert about["output"] == 20
    assert [event["EventType"] for event in history] == [
        "ExecutionStarted",
        "TaskCompleted",
        "ExecutionCompleted",
    ]
    assert [n for _, n in app.calls] == list(range(1, 21))


async def test_an_event_during_continue_as_new_reaches_the_next_generation(tmp_path: Path) -> None:
    """What arrives while the code decides to start over is not forgotten in the inbox."""
    inside, released = threading.Event(), threading.Event()

    def loop(context: Context) -> Orchestration:
        got = context.get_input()
        got.append((yield context.wait_for_external_event("go")))
        if len(got) == 2:
            return got
        inside.set()
        released.wait(20)
        context.continue_as_new(got)
        return None

    async with serving(App({"loop": loop}), tmp_path) as host:
        await host.start("loop", "run", [])
        await host.until("run", "Running")
        await host.raise_event("run", "go", 1)
        await asyncio.to_thread(inside.wait, 20)
        await host.raise_event("run", "go", 2)
        released.set()
        about = await host.until("run")

    assert about["output"] == [1, 2]


async def test_raise_with_an_open_timer_ends_only_with_the_timer(tmp_path: Path) -> None:
    """As in Azure, code that raised leaves the instance Running until its timers have fired."""

    def careless(context: Context) -> Orchestration:
        timer = context.create_timer(context.current_utc_datetime + timedelta(hours=1))
        yield context.task_any([timer, context.call_activity("id", 1)])
        raise ValueError("left a timer")

    app = App({"careless": careless}, {"id": lambda n: n})

    async with serving(app, tmp_path, virtual=True) as host:
        about = await host.run("careless")
        history = await host.history("run")

    assert about["output"] == "Orchestrator function 'careless' failed: left a timer"
    assert [event["EventType"] for event in history][-2:] == ["TimerFired", "ExecutionCompleted"]


@pytest.mark.parametrize("what", ["activity", "orchestrator"])
async def test_unknown_function_fails_the_instance(tmp_path: Path, what: str) -> None:
    """Where Azure hangs without a word, the local host names the function and what is known."""

    def wrong(context: Context) -> Orchestration:
        if what == "activity":
            yield context.call_activity("mispelt", 1)
        else:
            yield context.call_sub_orchestrator("mispelt", 1)

    async with serving(App({"wrong": wrong}, {"id": lambda n: n}), tmp_path) as host:
        about = await host.run("wrong")

    assert about["runtimeStatus"] == "Failed"
    assert (
        f"The function 'mispelt' doesn't exist, is disabled, or is not an {what}"
        in (about["output"])
    )
    assert "In Azure this instance would stay Running for ever" in about["output"]


@pytest.mark.parametrize("what", ["entity", "http"])
async def test_entities_and_call_http_are_refused(tmp_path: Path, what: str) -> None:
    """What the host does not support fails the instance with a sentence that says so."""
    from azure.durable_functions import EntityId

    def wrong(context: Context) -> Orchestration:
        if what == "entity":
            yield context.call_entity(EntityId("counter", "k"), "get")
        else:
            yield context.call_http("GET", "http://127.0.0.1/")

    async with serving(App({"wrong": wrong}), tmp_path) as host:
        about = await host.run("wrong")

    assert about["runtimeStatus"] == "Failed"
    assert "the local host does not support" in about["output"]


async def test_changed_code_is_found_out(tmp_path: Path) -> None:
    """A replay that asks for another activity fails the instance in the real engine's words."""
    runs: list[int] = []

    def changed_app(context: Context) -> Orchestration:
        runs.append(1)
        name = "old" if len(runs) == 1 else "new"
        return (yield context.call_activity(name, 1))

    app = App({"changed": changed_app}, {"old": lambda n: n, "new": lambda n: n})

    async with serving(app, tmp_path) as host:
        about = await host.run("changed")

    assert about["output"].startswith(
        "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled "
        "an activity task with sequence number 0 named 'old', but the current orchestration replay "
        "instead scheduled an activity task named 'new'"
    )


async def test_timeout_on_a_retried_activity_breaks_as_in_azure(tmp_path: Path) -> None:
    """Cancelling the timer of a race against a retried activity ends Non-Deterministic, as there.

    Seen on the real engine (extension 3.19.0): once the timer is cancelled, the replay goes on to
    the next action at once, and takes the id that the retry's timer has in the history.
    """
    attempts: list[int] = []

    def flaky(n: int) -> int:
        attempts.append(n)
        if len(attempts) < 2:
            raise RuntimeError("first")
        return n

    def timeout(context: Context) -> Orchestration:
        timer = context.create_timer(context.current_utc_datetime + timedelta(minutes=1))
        work = context.call_activity_with_retry("flaky", RetryOptions(1000, 3), 1)
        yield context.task_any([timer, work])
        timer.cancel()
        return (yield context.call_activity("flaky", 2))

    async with serving(App({"timeout": timeout}, {"flaky": flaky}), tmp_path, virtual=True) as host:
        about = await host.run("timeout")

    assert about["runtimeStatus"] == "Failed"
    assert "scheduled a timer task with sequence number 2" in about["output"]


async def test_custom_status_is_shown_and_cleared_when_omitted(tmp_path: Path) -> None:
    """An empty custom status clears the old one, as in Azure, where the SDK leaves it out."""

    def report(context: Context) -> Orchestration:
        context.set_custom_status({"step": 1})
        yield context.wait_for_external_event("next")
        context.set_custom_status("")
        yield context.wait_for_external_event("next")

    async with serving(App({"report": report}), tmp_path) as host:
        await host.start("report", "run")
        first = await host.until("run", "Running")
        await host.raise_event("run", "next")
        second = await host.when("run", lambda about: about["customStatus"] is None)

    assert first["customStatus"] == {"step": 1}
    assert second["runtimeStatus"] == "Running"


@pytest.mark.filterwarnings("ignore:Potential duplicate Task completion")  # early events
async def test_goes_on_where_another_engine_stopped(tmp_path: Path) -> None:
    """Timers, waits and unfinished activities survive; a timer that fell due meanwhile fires."""

    def wait(context: Context) -> Orchestration:
        yield context.create_timer(context.current_utc_datetime + timedelta(seconds=0.3))
        said = yield context.wait_for_external_event("go")
        return [said, (yield context.call_activity("double", 4))]

    app = App({"wait": wait}, {"double": lambda n: n * 2})

    async with serving(app, tmp_path) as host:
        await host.start("wait", "run")
        await host.until("run", "Running")
        await host.raise_event("run", "go", ["early"])
    await asyncio.sleep(0.4)
    async with serving(app, tmp_path) as host:
        about = await host.until("run")

    assert about["output"] == [["early"], 8]


async def test_an_activity_that_was_running_at_the_stop_runs_again(tmp_path: Path) -> None:
    """Its first run is not recorded anywhere; the second one's result counts."""
    stopped = threading.Event()
    started = threading.Event()
    runs: list[int] = []

    def slow(n: int) -> int:
        runs.append(n)
        started.set()
        stopped.wait(60)
        return len(runs)

    def work(context: Context) -> Orchestration:
        return (yield context.call_activity("slow", 1))

    app = App({"work": work}, {"slow": slow})

    async with serving(app, tmp_path) as host:
        await host.start("work", "run")
        await asyncio.to_thread(started.wait, 10)
    stopped.set()
    async with serving(app, tmp_path) as host:
        about = await host.until("run")
        history = await host.history("run")

    assert about["output"] == 2
    assert [e["EventType"] for e in history].count("TaskCompleted") == 1


async def test_starts_fast_with_ten_thousand_finished_instances(tmp_path: Path) -> None:
    """Finished instances cost a start nothing: far less than the two seconds that are allowed."""
    store = Store(tmp_path / "durable.db")

    def fill(db: Any) -> None:
        for n in range(10_000):
            instances.start(db, Start(f"old-{n}", "chain", None), at="2026-01-01T00:00:00Z", now=0)
        db.execute("UPDATE instances SET status = 'Completed'")
        db.execute("DELETE FROM inbox")

    await store.write(fill)
    await asyncio.to_thread(store.close)
    begin = time.perf_counter()

    async with serving(App({"chain": _chain}, {"double": lambda n: n * 2}), tmp_path) as host:
        took = time.perf_counter() - begin
        about = await host.run("chain")

    assert took < 2
    assert about["output"] == 12


async def test_hundreds_of_instances_at_once_finish(tmp_path: Path) -> None:
    """Instances that fan out and wait for a timer all complete with their own result."""

    def work(context: Context) -> Orchestration:
        due = context.current_utc_datetime + timedelta(seconds=1)
        parts = yield context.task_all([context.call_activity("double", n) for n in range(3)])
        yield context.create_timer(due)
        return [context.get_input(), sum(parts)]

    async with serving(App({"work": work}, {"double": lambda n: n * 2}), tmp_path) as host:
        await asyncio.gather(*(host.start("work", f"run-{n}", n) for n in range(200)))
        ends = [await host.until(f"run-{n}", seconds=60) for n in range(200)]

    assert [about["output"] for about in ends] == [[n, 6] for n in range(200)]


async def test_times_of_the_app_are_those_of_the_clock(tmp_path: Path) -> None:
    """`current_utc_datetime` is the host's time, to the microsecond, and never goes back."""

    def times(context: Context) -> Orchestration:
        seen = [context.current_utc_datetime.isoformat()]
        for _ in range(3):
            yield context.call_activity("id", 1)
            seen.append(context.current_utc_datetime.isoformat())
        return seen

    async with serving(App({"times": times}, {"id": lambda n: n}), tmp_path, virtual=True) as host:
        about = await host.run("times")
        now = host.engine.clock.now()

    seen = [datetime.fromisoformat(text) for text in about["output"]]
    assert seen == sorted(seen)
    assert abs((now - seen[-1]).total_seconds()) < 60


async def test_a_custom_status_that_is_too_large_fails_the_instance(tmp_path: Path) -> None:
    """Over 16 KB of UTF-16 is refused in the real words, and nothing that was asked for runs."""

    def boast(context: Context) -> Orchestration:
        context.set_custom_status("x" * 9000)
        yield context.call_activity("id", 1)

    app = App({"boast": boast}, {"id": lambda n: n})

    async with serving(app, tmp_path) as host:
        about = await host.run("boast")

    assert about["output"] == (
        "Orchestrator function 'boast' failed: The UTF-16 size of the JSON-serialized payload must "
        "not exceed 16 KB. The current payload size is 17 KB."
    )
    assert app.calls == []


async def test_a_child_started_under_a_running_id_takes_its_place(tmp_path: Path) -> None:
    """As in Azure: the running instance is replaced by the child, without a word."""

    def wait(context: Context) -> Orchestration:
        yield context.wait_for_external_event("never")

    def quick(context: Context) -> Orchestration:
        return (yield context.call_activity("id", "quick"))

    def parent(context: Context) -> Orchestration:
        return (yield context.call_sub_orchestrator("quick", None, "taken"))

    app = App({"wait": wait, "quick": quick, "parent": parent}, {"id": lambda n: n})

    async with serving(app, tmp_path) as host:
        await host.start("wait", "taken")
        await host.until("taken", "Running")
        about = await host.run("parent")
        taken = await host.status("taken")

    assert about["output"] == "quick"
    assert (taken["name"], taken["runtimeStatus"]) == ("quick", "Completed")


async def test_terminating_a_parent_leaves_the_child(tmp_path: Path) -> None:
    """As in Azure: the child goes on; and a terminated child fails its parent with the reason."""

    def child(context: Context) -> Orchestration:
        yield context.wait_for_external_event("never")

    def parent(context: Context) -> Orchestration:
        try:
            yield context.call_sub_orchestrator("child", None, context.get_input())
        except Exception as error:  # noqa: BLE001 - this is the type that the SDK raises
            return str(error)

    async with serving(App({"child": child, "parent": parent}), tmp_path) as host:
        for n in ("1", "2"):
            await host.start("parent", f"parent-{n}", f"child-{n}")
            await host.until(f"child-{n}", "Running")
        await host.client.post("/instances/parent-1/terminate?reason=x")
        await host.client.post("/instances/child-2/terminate?reason=enough")
        first = await host.until("parent-1")
        second = await host.until("parent-2")
        orphan = await host.status("child-1")

    assert first["runtimeStatus"] == "Terminated"
    assert orphan["runtimeStatus"] == "Running"
    assert second["output"] == "enough \n None"
