"""Which state of a training is deployed: the last one, or the best on what it had not seen.

The service keeps a checkpoint for each of the last three epochs; any of them is deployed by giving
its id in place of the model's. When a training overfits, the loss on the validation file turns up
again while the training loss still falls.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.registry.parts import Checkpoint

BEST = "best"
#: The loss over the whole validation file first; that of a step's own batch is a small sample.
LOSSES = ("full_valid_loss", "valid_loss")


@dataclass(frozen=True)
class CheckpointChoice:
    """A choice among checkpoints.

    Attributes:
        id: Of the checkpoint to deploy; empty for the last state, which is the model itself.
        why: One sentence for timeline and report; empty where nobody asked.
    """

    id: str = ""
    why: str = ""


def choose(wanted: str, checkpoints: Sequence[Mapping[str, Any]]) -> CheckpointChoice:
    """The checkpoint to deploy.

    Args:
        wanted: `last` or `best`.
        checkpoints: As the service lists them, in any order.
    """
    if wanted != BEST:
        return CheckpointChoice()
    losses = {number: loss for number, one in enumerate(checkpoints) if (loss := _loss(one))}
    if not losses:
        return CheckpointChoice(
            why="The last state is deployed: without a validation file no checkpoint is the best."
        )
    last = max(range(len(checkpoints)), key=lambda number: _step(checkpoints[number]))
    best = min(losses, key=lambda number: (losses[number], -_step(checkpoints[number])))
    seen = _describe(checkpoints[best], losses[best])
    if best == last:
        return CheckpointChoice(why=f"The last state is deployed: it is the best one, {seen}.")
    end = _describe(checkpoints[last], losses.get(last))
    return CheckpointChoice(
        id=str(checkpoints[best].get("id") or ""),
        why=f"The training overfits, so the checkpoint of {seen} is deployed, not the last "
        f"state of {end}.",
    )


def brief(checkpoints: Sequence[Mapping[str, Any]]) -> tuple[Checkpoint, ...]:
    """Checkpoints of the service as a run's row keeps them."""
    return tuple(
        Checkpoint(
            id=one.get("id"),
            model=one.get("fine_tuned_model_checkpoint"),
            step=_step(one),
            train_loss=(one.get("metrics") or {}).get("train_loss"),
            valid_loss=_loss(one),
        )
        for one in checkpoints
    )


def _loss(checkpoint: Mapping[str, Any]) -> float | None:
    metrics = checkpoint.get("metrics") or {}
    found = (metrics.get(name) for name in LOSSES)
    # Azure has sent -1 where nothing was measured.
    return next((float(one) for one in found if isinstance(one, int | float) and one > 0), None)


def _step(checkpoint: Mapping[str, Any]) -> int:
    step = checkpoint.get("step_number")
    return step if isinstance(step, int) else 0


def _describe(checkpoint: Mapping[str, Any], loss: float | None) -> str:
    measured = f"validation loss {loss:.4g}" if loss is not None else "no validation loss"
    return f"step {_step(checkpoint)} ({measured})"
