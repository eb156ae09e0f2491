"""The journal of what passes between engine and app."""

import json
from pathlib import Path

import pytest

from local.functions_host.durable.journal import Journal
from tests.local.functions_host.durable.harness import (
    SDK_WARNS,
    App,
    Context,
    Orchestration,
    serving,
)

pytestmark = SDK_WARNS


def _work(context: Context) -> Orchestration:
    return (yield context.call_activity("work", 1))


async def test_records_episodes_and_activities_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each episode's context and answer and each activity's input and result are lines of JSON."""
    monkeypatch.setenv("LOCAL_HOST_JOURNAL", str(tmp_path / "journal"))

    async with serving(App({"o": _work}, {"work": lambda n: n + 1}), tmp_path) as host:
        await host.run("o")
    lines = [json.loads(line) for line in (tmp_path / "journal").read_text().splitlines()]

    kinds = [line["kind"] for line in lines]
    assert kinds == ["orchestrator", "activity_started", "activity_ended", "orchestrator"]
    assert lines[1]["input"] == "1"
    assert lines[2]["result"] == "2"
    assert lines[3]["returned"]["output"] == 2
    assert lines[3]["context"]["history"][0]["EventType"] == 12


def test_writes_nothing_unless_asked() -> None:
    """Without the variable no file is named, and telling does nothing."""
    journal = Journal.from_environment({})

    journal.activity("started", "work", "run", input="1")

    assert journal.__dict__ == {"_path": None}


async def test_keeps_an_answer_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What .NET would write in another way is not: infinite numbers, and halves of pairs."""
    monkeypatch.setenv("LOCAL_HOST_JOURNAL", str(tmp_path / "journal"))

    def odd(_: Context) -> Orchestration:
        yield from ()
        return [float("inf"), "\ud83d"]

    async with serving(App({"odd": odd}), tmp_path) as host:
        about = await host.run("odd")
    line = json.loads((tmp_path / "journal").read_text())

    assert line["returned"]["output"] == [float("inf"), "\ud83d"]
    assert about["output"] == ["Infinity", "\ufffd"]
