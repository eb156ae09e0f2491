"""Random orchestrations: whatever their shape, the engine and the SDK must count alike."""

import random
from datetime import timedelta
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
Plan = list[Any]
_ATOMS = ("work", "retry", "timer", "child")


def _plan(chance: random.Random, depth: int = 2) -> Plan:
    """A program: a list of steps; a step is an atom or ["all", steps]."""
    steps: Plan = []
    for _ in range(chance.randint(1, 4)):
        if depth and chance.random() < 0.4:
            steps.append(["all", _atoms(chance, chance.randint(1, 4), depth)])
        else:
            steps += _atoms(chance, 1, depth)
    return steps


def _atoms(chance: random.Random, count: int, depth: int) -> Plan:
    atoms: Plan = []
    for _ in range(count):
        kind = chance.choice(_ATOMS if depth else _ATOMS[:3])
        number = chance.randint(0, 10**6)
        atoms.append([kind, _plan(chance, depth - 1) if kind == "child" else number])
    return atoms


def _result_of(plan: Plan) -> list[Any]:
    results: list[Any] = []
    for kind, content in plan:
        if kind in ("all", "child"):
            results.append(_result_of(content))
        else:
            results.append(None if kind == "timer" else content)
    return results


def _task(context: Context, kind: str, content: Any) -> Any:
    if kind == "work":
        return context.call_activity("work", content)
    if kind == "retry":
        return context.call_activity_with_retry("flaky", RetryOptions(1000, 4), content)
    if kind == "timer":
        return context.create_timer(context.current_utc_datetime + timedelta(seconds=content % 60))
    return context.call_sub_orchestrator("program", content)


def _program(context: Context) -> Orchestration:
    results: list[Any] = []
    for kind, content in context.get_input():
        if kind == "all":
            tasks = [_task(context, *atom) for atom in content]
            results.append((yield context.task_all(tasks)))
        else:
            results.append((yield _task(context, kind, content)))
    return results


@pytest.mark.parametrize("seed", range(25))
async def test_any_program_ends_with_what_it_computes(seed: int, tmp_path: Path) -> None:
    """Chains, fan-outs, retries, timers and children in any nesting give their own results."""
    plan = _plan(random.Random(seed))  # noqa: S311 - a program, not a secret
    seen: dict[int, int] = {}

    def flaky(n: int) -> int:
        seen[n] = seen.get(n, 0) + 1
        if seen[n] <= n % 3:
            raise RuntimeError(f"attempt {seen[n]}")
        return n

    app = App({"program": _program}, {"work": lambda n: n, "flaky": flaky})

    async with serving(app, tmp_path, virtual=True) as host:
        about = await host.run("program", plan)

    assert about["runtimeStatus"] == "Completed", about["output"]
    assert about["output"] == _result_of(plan)
