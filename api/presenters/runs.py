"""Runs as response bodies, by their rows and the status of their orchestrations. Pure functions."""

from collections.abc import Mapping
from datetime import datetime

from api import links
from api.presenters import time
from api.schemas import runs as schemas
from api.schemas.costs import RunCosts
from api.schemas.deployments import DeploymentFacts
from shared.deployments.model_retirement import warnings
from shared.models import Method
from shared.registry import Run
from shared.registry.parts import TimelineEntry
from shared.registry.records import iso
from shared.registry.state import PATH, TRAINED


def summary(run: Run, base: str) -> schemas.RunSummary:
    """A run in a list; `base` is the app's public address."""
    return schemas.RunSummary(
        id=run.id,
        model=run.model,
        phase=run.phase,
        attempt=run.attempt,
        dataset=run.dataset.blob,
        created=iso(run.created),
        updated=time(run.updated),
        waiting=run.waiting or None,
        waiting_since=time(run.admission.waits_since),
        warning=run.idleness.warning or None,
        links=links.run_links(base, run.id),
    )


def run(
    run: Run,
    base: str,
    custom_status: Mapping[str, object],
    deployment: DeploymentFacts | None,
    costs: RunCosts,
    now: datetime,
) -> schemas.Run:
    """One run with everything.

    Args:
        run: Its row.
        base: The app's public address.
        custom_status: What its living orchestration says (`orchestrators/polling.py`), or empty.
        deployment: Its deployment, if it has one.
        costs: What it will cost and has cost.
        now: The current time.
    """
    short = summary(run, base).model_dump()
    short["waiting"] = custom_status.get("waiting") or run.waiting or None
    return schemas.Run(
        **short,
        progress=progress(run),
        next_look=_text(custom_status.get("next_poll")),
        timeline=[_entry(one) for one in run.timeline],
        error=fault(run),
        data=dataset(run),
        training=training(run),
        evaluation=evaluation(run),
        deployment=deployment,
        costs=costs,
        ends=warnings(run, now),
    )


def progress(run: Run) -> schemas.Progress:
    """How many steps of the way to serving a run has come."""
    seen = [run.phase, *(entry.phase for entry in run.timeline)]
    steps = [PATH.index(phase) for phase in seen if phase in PATH]
    last = len(PATH) - 1
    reached = last if run.phase in TRAINED else max(steps, default=0)
    return schemas.Progress(step=reached, of=last)


def _entry(entry: TimelineEntry) -> schemas.TimelineEntry:
    return schemas.TimelineEntry(phase=entry.phase, at=iso(entry.at), note=entry.note or None)


def evaluation(run: Run) -> schemas.EvaluationFacts | None:
    """What the comparison came to; None before it, if there is nothing else to say of it."""
    gate = None
    if run.evaluation.gate:
        gate = schemas.GateFacts(
            rule=run.evaluation.gate,
            verdict=run.evaluation.verdict or None,
            text=run.evaluation.reason or None,
        )
    summary = run.evaluation.summary
    if not (summary or gate or run.training.checkpoint_reason):
        return None
    return schemas.EvaluationFacts(
        summary=summary.to_dict() if summary else None,
        gate=gate,
        checkpoint=run.training.checkpoint_reason or None,
    )


def fault(run: Run) -> schemas.Fault | None:
    """Why a run ended before it served, or was kept back; None if it did neither."""
    if not run.error.code:
        return None
    return schemas.Fault(
        code=run.error.code,
        message=run.error.message,
        hint=run.error.hint or None,
    )


def dataset(run: Run) -> schemas.DatasetFacts:
    """The bytes that a run was trained on."""
    return schemas.DatasetFacts(
        blob=run.dataset.blob,
        etag=run.dataset.etag,
        sha256=run.dataset.sha256 or None,
        bytes=run.dataset.size,
        examples=run.dataset.examples,
        tokens=run.dataset.tokens,
    )


def training(run: Run) -> schemas.TrainingFacts:
    """What the service made of them."""
    return schemas.TrainingFacts(
        base_model=run.training.base_model or None,
        training_file=run.training.file or None,
        validation_file=run.training.validation_file or None,
        job=run.training.job_id or None,
        job_status=run.training.job_status or None,
        trained_tokens=run.training.trained_tokens or None,
        forecast_tokens=_forecast_tokens(run) or None,
        tokens_note=_tokens_note(run) or None,
        trained_hours=sum(number for _, number in run.training.charged_hours) or None,
        tuned_model=run.training.tuned_model or None,
    )


def _forecast_tokens(run: Run) -> int:
    return run.dataset.tokens * run.training.epochs


def _tokens_note(run: Run) -> str:
    """Why the service's count differs from the forecast's; empty if it does not."""
    trained, expected = run.training.trained_tokens, _forecast_tokens(run)
    by_hour = run.training.method == Method.RFT
    if by_hour or not trained or not expected or trained == expected:
        return ""
    seen = f"The service trained {trained:,} tokens, and {expected:,} were forecast"
    epochs = (run.training.hyperparameters or {}).get("n_epochs")
    if isinstance(epochs, int | float) and epochs != run.training.epochs:
        return f"{seen}: it trained {epochs:g} epochs, not {run.training.epochs}."
    return (
        f"{seen}: it counts tools, images, long examples and the frame of a message in its own way."
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
