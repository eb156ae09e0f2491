"""Runs as response bodies, by their rows and the status of their orchestrations. Pure functions."""

import json
from collections.abc import Mapping
from datetime import datetime

from api import links
from api.schemas import runs as schemas
from api.schemas.costs import RunCosts
from api.schemas.deployments import DeploymentFacts
from shared.deployments.model_retirement import warnings
from shared.registry import Run
from shared.registry.state import PATH, TRAINED, Phase


def summary(version: Run, base: str) -> schemas.RunSummary:
    """A run in a list; `base` is the app's public address."""
    return schemas.RunSummary(
        id=version.id,
        model=version.model,
        phase=Phase(version.phase),
        attempt=version.attempt,
        dataset=version.dataset.blob,
        created=version.created,
        updated=version.updated or None,
        waiting=version.waiting or None,
        waiting_since=version.admission.waits_since or None,
        warning=version.idleness.warning or None,
        links=links.run_links(base, version.id),
    )


def run(
    version: Run,
    base: str,
    custom_status: Mapping[str, object],
    deployment: DeploymentFacts | None,
    costs: RunCosts,
    now: datetime,
) -> schemas.Run:
    """One run with everything.

    Args:
        version: Its row.
        base: The app's public address.
        custom_status: What its living orchestration says (`orchestrators/polling.py`), or empty.
        deployment: Its deployment, if it has one.
        costs: What it will cost and has cost.
        now: The current time.
    """
    short = summary(version, base).model_dump()
    short["waiting"] = custom_status.get("waiting") or version.waiting or None
    return schemas.Run(
        **short,
        progress=progress(version),
        next_look=_text(custom_status.get("next_poll")),
        timeline=[_entry(*line) for line in version.timeline],
        error=fault(version),
        data=dataset(version),
        training=training(version),
        evaluation=evaluation(version),
        deployment=deployment,
        costs=costs,
        ends=warnings(version, now),
    )


def progress(version: Run) -> schemas.Progress:
    """How many steps of the way to serving a run has come."""
    seen = [version.phase, *(line[0] for line in version.timeline)]
    steps = [PATH.index(Phase(phase)) for phase in seen if phase in PATH]
    last = len(PATH) - 1
    reached = last if version.phase in TRAINED else max(steps, default=0)
    return schemas.Progress(step=reached, of=last)


def _entry(phase: str, at: str, note: str = "") -> schemas.TimelineEntry:
    return schemas.TimelineEntry(phase=phase, at=at, note=note or None)


def evaluation(version: Run) -> schemas.EvaluationFacts | None:
    """What the comparison came to; None before it, if there is nothing else to say of it."""
    gate = None
    if version.evaluation.gate:
        gate = schemas.GateFacts(
            rule=version.evaluation.gate,
            verdict=version.evaluation.verdict or None,
            text=version.evaluation.reason or None,
        )
    summary = json.loads(version.evaluation.summary) if version.evaluation.summary else None
    if not (summary or gate or version.training.checkpoint_reason):
        return None
    return schemas.EvaluationFacts(
        summary=summary, gate=gate, checkpoint=version.training.checkpoint_reason or None
    )


def fault(version: Run) -> schemas.Fault | None:
    """Why a run ended before it served, or was kept back; None if it did neither."""
    if not version.error.code:
        return None
    return schemas.Fault(
        code=version.error.code,
        message=version.error.message,
        hint=version.error.hint or None,
    )


def dataset(version: Run) -> schemas.DatasetFacts:
    """The bytes that a run was trained on."""
    return schemas.DatasetFacts(
        blob=version.dataset.blob,
        etag=version.dataset.etag,
        sha256=version.dataset.sha256 or None,
        bytes=version.dataset.size,
        examples=version.dataset.examples,
        tokens=version.dataset.tokens,
    )


def training(version: Run) -> schemas.TrainingFacts:
    """What the service made of them."""
    return schemas.TrainingFacts(
        base_model=version.training.base_model or None,
        training_file=version.training.file or None,
        validation_file=version.training.validation_file or None,
        job=version.training.job_id or None,
        job_status=version.training.job_status or None,
        trained_tokens=version.training.trained_tokens or None,
        trained_hours=sum(number for _, number in version.training.charged_hours) or None,
        tuned_model=version.training.tuned_model or None,
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
