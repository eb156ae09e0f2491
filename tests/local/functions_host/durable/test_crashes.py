"""Faults on demand: read, counted, and survived by a host that is killed at any point."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.functions_host.durable.crashes import CrashPoints
from local.functions_host.errors import StartError
from tests.local.functions_host.durable.harness import (
    SDK_WARNS,
    App,
    Context,
    Orchestration,
    serving,
)
from tests.local.functions_host.running import RunningHost, host, until

pytestmark = [pytest.mark.services, SDK_WARNS]
APP = Path(__file__).parent / "apps" / "journal"
POINTS = [
    "episode:deliver:after",
    "episode:deliver:recorded",
    "episode:pack:before",
    "activity:take:before",
    "activity:take:after",
    "activity:take:recorded",
]


def _faults(**faults: list[dict[str, Any]]) -> CrashPoints:
    return CrashPoints.from_environment({"LOCAL_HOST_FAULTS": json.dumps(faults)})


def _work(context: Context) -> Orchestration:
    try:
        return (yield context.call_activity("work", 1))
    except Exception as error:  # noqa: BLE001 - this is the type that the SDK raises
        return str(error).partition(" \n")[0]


async def test_delivers_an_activity_twice_in_turn(tmp_path: Path) -> None:
    """With `:twice` the activity runs two times and the second result counts, recorded once."""
    results = iter([10, 20])
    app = App({"o": _work}, {"work": lambda _: next(results)})
    faults = _faults(duplicate=[{"at": "activity:work:twice"}])

    async with serving(app, tmp_path, crash=faults) as running:
        about = await running.run("o")
        history = await running.history("run")

    assert about["output"] == 20
    assert len(app.calls) == 2
    assert [e["EventType"] for e in history].count("TaskCompleted") == 1


async def test_delivers_an_activity_twice_at_the_same_time(tmp_path: Path) -> None:
    """With `:concurrent` both runs are in the activity at once, and one result is recorded."""
    import threading

    meeting = threading.Barrier(2, timeout=60)

    def meet(n: int) -> int:
        meeting.wait()
        return n

    app = App({"o": _work}, {"work": meet})
    faults = _faults(duplicate=[{"at": "activity:*:concurrent"}])

    async with serving(app, tmp_path, crash=faults) as running:
        about = await running.run("o")

    assert about["output"] == 1
    assert len(app.calls) == 2


async def test_makes_an_activity_fail_a_number_of_times(tmp_path: Path) -> None:
    """`fail` happens `times` times after `skip` passes, before or after the effect."""
    app = App({"o": _work}, {"work": lambda n: n})
    faults = _faults(
        fail=[{"at": "activity:work:after", "times": 1, "skip": 1, "message": "OSError: torn"}]
    )

    async with serving(app, tmp_path, crash=faults) as running:
        outputs = [(await running.run("o", instance=f"run-{n}"))["output"] for n in range(3)]

    assert outputs == [1, "Activity function 'work' failed: OSError: torn", 1]
    assert len(app.calls) == 3


async def test_passes_are_counted_over_restarts(tmp_path: Path) -> None:
    """A fault that has happened does not happen again to another engine on the same state."""
    app = App({"o": _work}, {"work": lambda n: n})
    fault = {"at": "activity:work:before", "message": "OSError: once"}

    async with serving(app, tmp_path, crash=_faults(fail=[fault])) as running:
        first = await running.run("o", instance="run-1")
    async with serving(app, tmp_path, crash=_faults(fail=[fault])) as running:
        second = await running.run("o", instance="run-2")

    assert first["output"] == "Activity function 'work' failed: OSError: once"
    assert second["output"] == 1


@pytest.mark.parametrize(
    "text",
    [
        "no such file",
        "{bad",
        '{"crush": [{"at": "x"}]}',
        '{"crash": [{"where": "x"}]}',
        '{"crash": 1}',
    ],
)
def test_refuses_what_it_does_not_understand(text: str) -> None:
    """A wrong description is refused with the variable's name and an example."""
    with pytest.raises(StartError, match=r"LOCAL_HOST_FAULTS does not describe faults.*Example"):
        CrashPoints.from_environment({"LOCAL_HOST_FAULTS": text})


def test_reads_faults_from_a_file(tmp_path: Path) -> None:
    """The variable may name a file."""
    path = tmp_path / "faults.json"
    path.write_text('{"crash": [{"where": "x"}]}')

    with pytest.raises(StartError, match="where"):
        CrashPoints.from_environment({"LOCAL_HOST_FAULTS": str(path)})


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_point_loses_nothing(point: str, tmp_path: Path) -> None:
    """Killed with SIGKILL and started again, a run ends as if nothing had happened.

    Only the activity that was running may have run twice.
    """
    settings = {
        "LOCAL_HOST_FAULTS": json.dumps({"crash": [{"at": point, "skip": 1}]}),
        "RAN": str(tmp_path / "ran"),
    }
    state = tmp_path / "state"

    with host(APP, state, settings=settings) as first:
        _start(first)
        first.process.wait(20)
        code = first.process.returncode
    with host(APP, state, settings=settings) as second:
        about = until(lambda: _wait_for_end(second))

    ran = (tmp_path / "ran").read_text().split()
    extra = list(ran)
    for name in ("take-1", "ship-1", "take-2", "ship-2"):
        extra.remove(name)
    assert code == -9
    assert about["output"] == [["took 1", "shipped 1"], ["took 2", "shipped 2"]]
    assert len(extra) <= 1


def _start(running: RunningHost) -> None:
    try:
        with running.http("system") as client:
            client.post("/runtime/webhooks/durabletask/orchestrators/deliver/run")
    except httpx.HTTPError:
        # The host may be killed before it has answered; the start is on disk.
        return


def _wait_for_end(running: RunningHost) -> Mapping[str, Any]:
    with running.http("system") as client:
        about = client.get("/runtime/webhooks/durabletask/instances/run")
    content: dict[str, Any] = about.json() if about.content else {}
    return content if content.get("runtimeStatus") == "Completed" else {}
