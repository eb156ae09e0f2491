"""Compares a scenario's run with its recording, part by part.

Parts are each HTTP exchange (`http 0` and so on), and for each instance its episodes (`orch …`) and
its activities (`act …`).
Episodes are compared one by one, with everything the SDK was given and answered. Where the two runs
batched messages differently, the histories that came of it are compared instead; where completions
were parallel, in any order.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from tests.golden.masking import headers, mask_text
from tests.golden.recordings import Steps

_BOOKKEEPING = (12, 13)  # OrchestratorStarted and OrchestratorCompleted: one pair for each batch


@dataclass(frozen=True)
class Difference:
    """One part that differs: its name, the step, and both texts around the first difference."""

    part: str
    step: int
    recorded: str
    local: str

    def __str__(self) -> str:
        return (
            f"{self.part}, step {self.step}:\n  recorded {self.recorded}\n  local    {self.local}"
        )


def differences(recorded: Steps, local: Steps, *, parallel: bool = False) -> list[Difference]:
    """What differs between a recording and a run.

    Args:
        recorded: The steps of the recording.
        local: The steps of the run.
        parallel: Completions may come in any order.
    """
    one, other = _parts(recorded, parallel=parallel), _parts(local, parallel=parallel)
    found = []
    for part in sorted(one.keys() | other.keys()):
        ours, theirs = other.get(part, []), one.get(part, [])
        if ours != theirs and not _same_in_the_end(part, recorded, local, parallel=parallel):
            found += _first_difference(part, theirs, ours)
    return found


def _parts(steps: Steps, *, parallel: bool) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for part, value in _values(steps, parallel=parallel):
        parts.setdefault(part, []).append(mask_text(value))
    if parallel:
        return {part: sorted(v) if part.startswith("act") else v for part, v in parts.items()}
    return parts


def _values(steps: Steps, *, parallel: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    exchanges = count()
    names = _names(steps)
    for step in steps:
        if step["kind"] == "orchestrator":
            yield f"orch {names[step['instanceId']]}", _episode(step)
        elif step["kind"] == "activity":
            keys = ("phase", "function", "input", "result", "message")
            yield f"act {names[step['instanceId']]}", {key: step.get(key) for key in keys}
        elif step["kind"] == "http" and "request" in step:
            yield f"http {next(exchanges)}", _exchange(step, parallel=parallel)


def _names(steps: Steps) -> dict[str, str]:
    """A name for each instance; generated ids differ by the order of their appearance.

    Under one name, what two instances did at the same time would be compared as one sequence.
    """
    names: dict[str, str] = {}
    seen: dict[str, int] = {}
    for instance in dict.fromkeys(str(s["instanceId"]) for s in steps if s.get("instanceId")):
        mask = mask_text(instance)
        seen[mask] = seen.get(mask, 0) + 1
        names[instance] = mask if seen[mask] == 1 else f"{mask} ({seen[mask]})"
    return names


def _episode(step: dict[str, Any]) -> dict[str, Any]:
    raised = (step.get("raised") or {}).get("message")
    return {"in": step["in"], "out": step.get("out"), "raised": raised}


def _exchange(step: dict[str, Any], *, parallel: bool) -> dict[str, Any]:
    answer = step["response"]
    body = answer["body"]
    if parallel and isinstance(body, dict) and "historyEvents" in body:
        body = body | {"historyEvents": sorted(map(mask_text, body["historyEvents"]))}
    own = step["request"]["path"].startswith("/api/")
    return {
        "request": step["request"],
        "status": answer["status"],
        "headers": headers(answer["headers"], charset=not own),
        "body": body,
    }


def _same_in_the_end(part: str, recorded: Steps, local: Steps, *, parallel: bool) -> bool:
    if not part.startswith("orch"):
        return False
    return _ends(part, recorded, parallel=parallel) == _ends(part, local, parallel=parallel)


def _ends(part: str, steps: Steps, *, parallel: bool) -> list[Any]:
    # The last episode of each execution has its whole history; what it was given last is new to it.
    last: dict[str, dict[str, Any]] = {}
    names = _names(steps)
    for step in steps:
        if step["kind"] == "orchestrator" and part == f"orch {names[step['instanceId']]}":
            started = next(e for e in step["in"]["history"] if e["EventType"] == 0)
            last[started["OrchestrationInstance"]["ExecutionId"]] = step
    ends = []
    for step in last.values():
        events = [
            mask_text(e | {"IsPlayed": None})
            for e in step["in"]["history"]
            if e["EventType"] not in _BOOKKEEPING
        ]
        about = {k: v for k, v in step["in"].items() if k not in ("history", "isReplaying")}
        outcome = _episode(step) | {"in": about}
        ends.append((sorted(events) if parallel else events, mask_text(outcome)))
    return ends


def _first_difference(part: str, recorded: list[str], local: list[str]) -> list[Difference]:
    for step in range(max(len(recorded), len(local))):
        one = recorded[step] if step < len(recorded) else "nothing"
        other = local[step] if step < len(local) else "nothing"
        if one != other:
            shared = min(len(one), len(other))
            at = next((i for i in range(shared) if one[i] != other[i]), shared)
            cut = slice(max(0, at - 80), at + 240)
            return [Difference(part, step, one[cut], other[cut])]
    return []
