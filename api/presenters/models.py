"""Models and their versions as response bodies. Pure functions over rows of the registry."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from api import links
from api.presenters import costs, deployments, runs, time
from api.presenters.usage import line
from api.schemas import models as schemas
from shared.billing.accounts import of_chats
from shared.billing.usage import Row
from shared.billing.usage.report import report
from shared.registry import Model, Run
from shared.registry.records import iso
from shared.settings import Settings

_OF_LATE = timedelta(days=30)  # whose chats are shown by key, besides today's


def summary(name: str, model: Model | None, versions: Iterable[Run]) -> schemas.ModelSummary:
    """A model in a list; it may have no row of its own before its first version serves."""
    rows = list(versions)
    row = model or Model(model=name)
    active = _active(row, rows)
    used = (one.deployment.last_used for one in rows)
    return schemas.ModelSummary(
        model=name,
        active=row.active or None,
        phase=active.phase if active else None,
        previous=row.previous or None,
        wanted=row.wanted or None,
        versions=len(rows),
        last_used=time(max(filter(None, used), default=None)),
    )


def detail(
    name: str,
    model: Model | None,
    versions: Iterable[Run],
    base: str,
    settings: Settings,
    now: datetime,
    used: Iterable[Row] = (),
) -> schemas.ModelDetail:
    """One model with everything.

    Args:
        name: The model's.
        model: Its row; None before its first version serves.
        versions: All of them.
        base: The app's public address.
        settings: Decide when deployments retire, and what they cost.
        now: Until when deployments are counted.
        used: Who used it, since its first version was made.
    """
    rows = sorted(versions, key=lambda one: one.created, reverse=True)
    row = model or Model(model=name)
    by_run: dict[str, list[Row]] = {}
    for one in used:
        by_run.setdefault(one.use.run, []).append(one)
    return schemas.ModelDetail(
        **summary(name, model, rows).model_dump(),
        promoted=time(row.promoted),
        rolled_back=row.rolled_back or None,
        pinned=deployments.pinned_until(row, now),
        chat=chat(row, _active(row, rows)),
        lineage=[version(one, row, base, settings, now, by_run.get(one.id, [])) for one in rows],
    )


def version(
    row: Run,
    model: Model,
    base: str,
    settings: Settings,
    now: datetime,
    used: Iterable[Row] = (),
) -> schemas.ModelVersion:
    """One version, from its bytes to its last use; arguments as for `detail`."""
    uses = list(used)
    late = (now - _OF_LATE).date().isoformat()
    keys, _ = report((one for one in uses if one.use.day >= late), "key")
    deployment = deployments.deployment(row, model, settings, now) if row.deployment.name else None
    return schemas.ModelVersion(
        run=row.id,
        phase=row.phase,
        active=model.active == row.id,
        created=iso(row.created),
        served=time(row.deployment.served_since),
        superseded=time(row.deployment.superseded_since),
        last_used=time(row.deployment.last_used),
        data=runs.dataset(row),
        training=_training_detail(row),
        evaluation=runs.evaluation(row),
        deployment=deployment,
        costs=costs.run_costs(row, settings, now, of_chats(uses)),
        usage_by_key=[line(one) for one in keys],
        error=runs.fault(row),
        links=links.run_links(base, row.id),
    )


def chat(model: Model, active: Run | None) -> schemas.ChatOptions:
    """What chat adds to a caller's messages, by a model and the active version."""
    if active is None:
        return schemas.ChatOptions(raw=model.raw, system_message=None, examples=[])
    return schemas.ChatOptions(
        raw=model.raw,
        system_message=active.chat.system_message or None,
        examples=[schemas.Example(**one._asdict()) for one in active.chat.few_shot],
    )


def _active(model: Model, rows: list[Run]) -> Run | None:
    return next((row for row in rows if row.id == model.active), None)


def _training_detail(row: Run) -> schemas.TrainingDetail:
    return schemas.TrainingDetail(
        **runs.training(row).model_dump(),
        method=row.training.method,
        training_type=row.training.type or None,
        hyperparameters=dict(row.training.hyperparameters or {}),
        checkpoints=[schemas.Checkpoint(**one._asdict()) for one in row.training.checkpoints],
        deployed_checkpoint=row.training.checkpoint or None,
        checkpoint_reason=row.training.checkpoint_reason or None,
    )
