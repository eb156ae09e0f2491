"""What a training will do, worked out from its data when the job is created.

Curves are not learned, but they follow from the data and the seed, so that the same job always
looks the same: losses fall towards a floor that depends on the data, accuracy rises, and the
validation loss turns up again when there are many epochs.
"""

import hashlib
import math
import random
from dataclasses import asdict, dataclass
from typing import Any

from local.azure.files.dataset import Profile
from local.azure.transitions import Transition

from . import errors
from .request import JobRequest

MIN_EXAMPLES = 10
MAX_HOURS = 720
CHECKPOINTS_KEPT = 3
FEWEST_SEEN, MOST_SEEN = 100, 25_000  # examples, all epochs together
COLUMNS = (
    "step",
    "train_loss",
    "train_mean_token_accuracy",
    "valid_loss",
    "valid_mean_token_accuracy",
    "full_valid_loss",
    "full_valid_mean_token_accuracy",
)


@dataclass(frozen=True)
class Plan:
    """What one job does; `stop_at` is the share of it after which it fails."""

    epochs: int
    batch_size: int
    steps: int
    tokens: int
    validated: bool
    seed: str
    failure: dict[str, Any] | None = None
    stop_at: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        """As JSON for the database."""
        return asdict(self)

    def epoch_ends(self) -> list[int]:
        """The steps that end an epoch."""
        return sorted({round(self.steps * n / self.epochs) for n in range(1, self.epochs + 1)})

    def metrics(self, step: int) -> dict[str, float]:
        """What is measured at a step (from 1); the full validation only at the end of an epoch."""
        share = step / self.steps
        noise = random.Random(f"{self.seed}:{step}")  # noqa: S311 - a curve, not a secret
        shape = random.Random(self.seed)  # noqa: S311
        floor, start = shape.uniform(0.02, 0.3), shape.uniform(1.8, 2.6)
        train = floor + (start - floor) * math.exp(-4 * share) * noise.uniform(0.9, 1.1)
        values = {
            "step": float(step),
            "train_loss": round(train, 6),
            "train_mean_token_accuracy": _accuracy(train),
        }
        if self.validated:
            overfit = 0.04 * max(0, self.epochs - 3) * share**2
            loss = train + 0.35 + overfit
            values |= _pair("valid", loss * noise.uniform(0.95, 1.05))
            if step in self.epoch_ends():
                values |= _pair("full_valid", loss)
        return values

    def results(self, last_step: int) -> bytes:
        """The results file: one line for each step, blank where nothing was measured."""
        lines = [",".join(COLUMNS)]
        for step in range(1, last_step + 1):
            values = self.metrics(step) | {"step": step}
            lines.append(",".join(str(values.get(name, "")) for name in COLUMNS))
        return ("\n".join(lines) + "\n").encode()


def plan(
    request: JobRequest, training: Profile, validation: Profile | None, rule: Transition
) -> Plan:
    """What a job does with this data.

    Unset epochs are chosen as OpenAI's cookbook describes it: 3, or more for small files so that
    about 100 examples are seen, at most 25, or fewer for large ones so that about 25,000 are. An
    unset batch is 0.2 % of the examples.
    """
    examples = max(1, training.examples)
    wanted = request.hyperparameters
    epochs = _value_or_zero(wanted["n_epochs"]) or _default_epochs(examples)
    batch = _value_or_zero(wanted["batch_size"]) or max(1, min(256, round(examples * 0.002)))
    failure, stop_at = _failure(request, training, validation, rule)
    return Plan(
        epochs=epochs,
        batch_size=batch,
        steps=max(epochs, math.ceil(examples * epochs / batch)),
        tokens=training.tokens * epochs,
        validated=validation is not None,
        seed=hashlib.sha256(
            f"{request.seed}:{request.root}:{training.digest}".encode()
        ).hexdigest(),
        failure=failure,
        stop_at=stop_at,
    )


def _default_epochs(examples: int) -> int:
    if examples * 3 < FEWEST_SEEN:
        return min(25, FEWEST_SEEN // examples)
    return 3 if examples * 3 <= MOST_SEEN else max(1, MOST_SEEN // examples)


def _value_or_zero(value: Any) -> int:
    return int(value) if value and value > 0 else 0


def _failure(
    request: JobRequest, training: Profile, validation: Profile | None, rule: Transition
) -> tuple[dict[str, Any] | None, float]:
    files = [("training_file", training), ("validation_file", validation)]
    for param, found in files:
        if found and found.examples < MIN_EXAMPLES:
            return errors.too_few_examples(found.examples, param), 0.0
        if found and request.method in found.method_faults:
            return errors.bad_example(found.method_faults[request.method], param), 0.0
    if "emulator:fail-rai" in training.markers:
        return errors.harmful_data(), 0.0
    if "emulator:fail-internal" in training.markers:
        return errors.internal_failure(), 0.5
    if rule.seconds > MAX_HOURS * 3600:
        return errors.out_of_time(MAX_HOURS), MAX_HOURS * 3600 / rule.seconds
    if "emulator:fail-safety" in training.markers:
        return errors.harmful_model(), 1.0
    return None, 1.0


def _pair(name: str, loss: float) -> dict[str, float]:
    return {f"{name}_loss": round(loss, 6), f"{name}_mean_token_accuracy": _accuracy(loss)}


def _accuracy(loss: float) -> float:
    return round(math.exp(-loss / 2), 6)
