"""What jobs leave behind: tuned models, and their states at checkpoints."""

from dataclasses import dataclass

from .job import Job

CHECKPOINT = "ftchkpt-"


@dataclass(frozen=True)
class TunedModel:
    """A model that a job made: the whole, or the state at a checkpoint."""

    model: str
    root: str
    job: str


def find_tuned_model(job: Job, name: str, now: float) -> TunedModel | None:
    """The model if `name` is the tuned model of this job or the id of a checkpoint of it."""
    model = (
        _checkpoint(job, name, now) if name.startswith(CHECKPOINT) else _finished_model(job, name)
    )
    return TunedModel(model, job.root, job.id) if model else None


def checkpoint_model(job: Job, step: int) -> str:
    """The model name of a checkpoint: the last one of a finished job is the model itself."""
    last = job.status == "succeeded" and step == job.plan.steps
    return job.tuned_model if last else f"{job.tuned_model}:ckpt-step-{step}"


def _finished_model(job: Job, name: str) -> str | None:
    return name if job.status == "succeeded" and job.tuned_model == name else None


def _checkpoint(job: Job, name: str, now: float) -> str | None:
    for step in job.checkpoint_steps(now):
        if job.checkpoint_id(step) == name:
            return checkpoint_model(job, step)
    return None
