"""What a person chooses for a name: rollback and promotion by hand, against a real registry."""

from typing import Any

from shared.registry import Model, Version, registry
from shared.registry.state import Phase


def version(number: int, phase: Phase = Phase.SUPERSEDED, **values: Any) -> Version:
    """A trained version that is deployed; a higher number has a newer dataset."""
    run = f"a-{number:010x}"
    known = {"deployment": run, "tuned_model": f"m.ft-{number}", "phase": phase, **values}
    created = f"2026-11-25T03:04:{number:02}.000Z"
    added = Version(model="a", run=run, created=created, dataset="a.jsonl", etag="1", **known)
    registry().insert(added)
    return registry().get(run)


def named(active: Version, previous: Version | None = None, **values: Any) -> Model:
    """The name's row."""
    before = previous.run if previous else ""
    return registry().put_model(
        registry().model("a"), Model(model="a", active=active.run, previous=before, **values)
    )


def model() -> Model:
    """The name's row as it is now."""
    found = registry().model("a")
    assert found is not None
    return found


def phases() -> list[str]:
    """The phases of all versions, oldest first."""
    return [one.phase for one in registry().versions("a")]
