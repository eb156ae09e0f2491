"""Switching a name on request: rollback and promotion, against a real registry."""

from typing import Any

from shared.registry import Model, Run, registry
from shared.registry.state import Phase
from tests.runs import make_run


def add_run(number: int, phase: Phase = Phase.SUPERSEDED, **values: Any) -> Run:
    """A trained version that is deployed; a higher number has a newer dataset."""
    run = f"a-{number:010x}"
    known = {
        "deployment_name": run,
        "training_tuned_model": f"m.ft-{number}",
        "phase": phase,
        **values,
    }
    created = f"2026-11-25T03:04:{number:02}.000Z"
    added = make_run(id=run, created=created, **known)
    registry().insert(added)
    return registry().get(run)


def name_row(active: Run, previous: Run | None = None, **values: Any) -> Model:
    """The name's row."""
    before = previous.id if previous else ""
    return registry().put_model(
        registry().model("a"), Model(model="a", active=active.id, previous=before, **values)
    )


def model() -> Model:
    """The name's row as it is now."""
    found = registry().model("a")
    assert found is not None
    return found


def phases() -> list[str]:
    """The phases of all versions, oldest first."""
    return [one.phase for one in registry().versions("a")]
