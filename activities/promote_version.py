"""Promote: point the model's name to this version, in one conditional write."""

from dataclasses import replace

from activities.step import step
from shared import clock
from shared.pipeline import Outcome, Phase
from shared.registry import Model, Version, registry
from shared.registry.rows import iso


@step(Phase.EVALUATING, final=True)
def promote_version(version: Version) -> Outcome:
    """Done when the name points to this version, or to one whose dataset is newer.

    The one write that switches the name decides; before it a request to cancel still counts, and
    what follows it is repeated until it is there. The version's own row comes last.
    """
    model = registry().model(version.model)
    pointing = model is not None and model.active == version.run
    if version.cancel_requested and not pointing:
        return Outcome.refused("cancelled", f"Cancelled on request at {version.cancel_requested}.")
    active = registry().find(model.active) if model and model.active else None
    if active is not None and active.created > version.created:
        _supersede(version.run, f"{active.run} has newer data and serves already.")
        return Outcome.done(f"{active.run} has newer data.")
    if not pointing:
        registry().put_model(model, _pointing(model, version, active))
    for old in _overtaken(version):
        _supersede(old.run, f"{version.run} took over.")
    registry().change(version.run, _served)
    # A newer version may have taken the name after this one did, and before its row said so.
    latest = registry().model(version.model)
    if latest is not None and latest.active != version.run:
        _supersede(version.run, f"{latest.active} took over.")
    return Outcome.done()


def _pointing(model: Model | None, version: Version, active: Version | None) -> Model:
    row = model or Model(model=version.model)
    previous = active.run if active is not None else ""
    return replace(row, active=version.run, previous=previous, promoted=iso(clock.now()))


def _served(row: Version) -> Version:
    now = clock.now()
    return row if row.resting else replace(row.entered(Phase.SERVING, now), served=iso(now))


def _overtaken(version: Version) -> list[Version]:
    """Older versions that still say they serve: one, or more after a crash in between."""
    rows = registry().versions(version.model)
    return [row for row in rows if row.phase == Phase.SERVING and row.run != version.run]


def _supersede(run: str, note: str) -> None:
    def supersede(row: Version) -> Version:
        if row.phase == Phase.SUPERSEDED:
            return row
        now = clock.now()
        return replace(row.entered(Phase.SUPERSEDED, now, note), superseded=iso(now))

    registry().change(run, supersede)
