"""Answers of the app that the extension refuses, or takes in its own way; all of it was seen."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from azure.durable_functions import RetryOptions

from tests.local.functions_host.durable.harness import (
    SDK_WARNS,
    App,
    Context,
    Orchestration,
    serving,
)

pytestmark = SDK_WARNS
_TOO_DEEP = "The reader's MaxDepth of 64 has been exceeded."


def _levels(count: int) -> Any:
    return json.loads("[" * count + "]" * count)


async def test_a_result_with_too_many_levels_fails_the_activity(tmp_path: Path) -> None:
    """With the words of the extension's reader."""

    def catch(context: Context) -> Orchestration:
        try:
            yield context.call_activity("deep", 65)
        except Exception as error:  # noqa: BLE001 - this is the type that the SDK raises
            return str(error)

    async with serving(App({"catch": catch}, {"deep": _levels}), tmp_path) as host:
        about = await host.run("catch")

    reason, _, details = about["output"].partition(" \n ")
    assert reason == f"Activity function 'deep' failed: {_TOO_DEEP}"
    assert json.loads(details)["Message"] == _TOO_DEEP


async def test_an_answer_with_too_many_levels_fails_the_instance(tmp_path: Path) -> None:
    """What it asked for before counts no more, so that a history does not fit any longer."""

    def first(_: Context) -> Orchestration:
        yield from ()
        return _levels(65)

    def later(context: Context) -> Orchestration:
        yield context.call_activity("id", 1)
        return _levels(65)

    app = App({"first": first, "later": later}, {"id": lambda n: n})

    async with serving(app, tmp_path) as host:
        at_once = await host.run("first", instance="a")
        replayed = await host.run("later", instance="b")

    assert at_once["output"] == f"Orchestrator function 'first' failed: {_TOO_DEEP}"
    assert replayed["output"].startswith("Non-Deterministic workflow detected: ")


async def test_a_timer_without_a_readable_time_fails_the_instance(tmp_path: Path) -> None:
    """The SDK writes years before 1000 without a zero in front, which is no time."""

    def wait(context: Context) -> Orchestration:
        yield context.create_timer(datetime(1, 1, 1, tzinfo=UTC))

    async with serving(App({"wait": wait}), tmp_path) as host:
        about = await host.run("wait")

    assert about["output"] == (
        "Orchestrator function 'wait' failed: Could not convert string to DateTime: "
        "1-01-01T00:00:00.000000Z."
    )


@pytest.mark.parametrize("attempts", [0, -1])
async def test_a_retry_needs_an_attempt(tmp_path: Path, attempts: int) -> None:
    """Where Azure hangs without a word, the local host says what is wrong."""

    def retry(context: Context) -> Orchestration:
        yield context.call_activity_with_retry("id", RetryOptions(1000, attempts), 1)

    app = App({"retry": retry}, {"id": lambda n: n})

    async with serving(app, tmp_path) as host:
        about = await host.run("retry")

    assert f"max_number_of_attempts is {attempts}; it must be at least 1" in about["output"]
    assert "In Azure this instance would stay Running for ever" in about["output"]
    assert app.calls == []


async def test_a_child_is_no_entity(tmp_path: Path) -> None:
    """An id with `@` in front hangs in Azure; here it fails with the words that are lost there."""

    def parent(context: Context) -> Orchestration:
        yield context.call_sub_orchestrator("parent", None, "@child")

    async with serving(App({"parent": parent}), tmp_path) as host:
        about = await host.run("parent")

    assert "Orchestration instance ids must not start with @" in about["output"]
    assert "In Azure this instance would stay Running for ever" in about["output"]


async def test_a_retry_needs_options(tmp_path: Path) -> None:
    """None in their place fails the instance in the real words."""

    def retry(context: Context) -> Orchestration:
        yield context.call_activity_with_retry("id", None, 1)

    async with serving(App({"retry": retry}, {"id": lambda n: n}), tmp_path) as host:
        about = await host.run("retry")

    assert about["output"] == (
        "Orchestrator function 'retry' failed: Value cannot be null. (Parameter 'retryOptions')"
    )


async def test_a_parent_sees_too_large_a_status(tmp_path: Path) -> None:
    """The child fails in the extension's words, which its parent can catch."""

    def boast(context: Context) -> Orchestration:
        yield from ()
        context.set_custom_status("x" * 9000)

    def parent(context: Context) -> Orchestration:
        try:
            yield context.call_sub_orchestrator("boast")
        except Exception as error:  # noqa: BLE001 - this is the type that the SDK raises
            return str(error)

    async with serving(App({"boast": boast, "parent": parent}), tmp_path) as host:
        about = await host.run("parent")

    reason, _, details = about["output"].partition(" \n ")
    assert reason.startswith("Orchestrator function 'boast' failed: The UTF-16 size of")
    assert details.startswith("Message: The UTF-16 size of")


async def test_a_generation_begins_with_the_status_before_it(tmp_path: Path) -> None:
    """For its first answer an omitted status is that of the generation before; then it is gone."""

    def go_on(context: Context) -> Orchestration:
        if context.get_input() == 0:
            context.set_custom_status("first")
        if context.get_input() < 1:
            context.continue_as_new(context.get_input() + 1)
            return
        yield context.wait_for_external_event("go")
        yield context.create_timer(context.current_utc_datetime + timedelta(days=1))

    async with serving(App({"go_on": go_on}), tmp_path) as host:
        await host.start("go_on", "one", 0)
        fresh = await host.when("one", lambda about: about["input"] == "1")
        kept = await host.when("one", lambda about: about["customStatus"] == "first")
        await host.raise_event("one", "go")
        gone = await host.when("one", lambda about: about["customStatus"] is None)

    assert [a["runtimeStatus"] for a in (fresh, kept, gone)] == ["Running"] * 3


async def test_a_status_outlives_one_generation_only(tmp_path: Path) -> None:
    """The next one is left with what the one between them set: nothing."""

    def go_on(context: Context) -> Orchestration:
        yield from ()
        text, left = context.get_input()
        if left == text:
            context.set_custom_status("set")
        if left:
            context.continue_as_new([text, left - 1])
            return None
        return "end"

    async with serving(App({"go_on": go_on}), tmp_path) as host:
        near = await host.run("go_on", [1, 2], "near")
        far = await host.run("go_on", [2, 2], "far")

    assert (near["customStatus"], far["customStatus"]) == ("set", None)
    assert far["output"] == "end"
