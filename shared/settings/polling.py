"""How often the service is polled, and how long each step may take."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings.readers import duration, positive
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class Polling:
    """How often the service is polled, and how long each step may take."""

    poll_first: timedelta = setting("POLL_FIRST", duration, "5s", "The first polling interval.")
    poll_max: timedelta = setting("POLL_MAX", duration, "10m", "The longest polling interval.")
    polls_per_generation: int = setting(
        "POLLS_PER_GENERATION",
        positive,
        20,
        "Polls until an orchestration continues as new, which keeps its history short.",
    )
    file_deadline: timedelta = setting(
        "FILE_DEADLINE", duration, "2h", "How long the service may take to process a file."
    )
    train_deadline: timedelta = setting(
        "TRAIN_DEADLINE",
        duration,
        "45d",
        "How long a training job may take, including its time in the service's queue. The service "
        "itself stops a job after 720 h.",
    )
    deploy_deadline: timedelta = setting(
        "DEPLOY_DEADLINE", duration, "24h", "How long a deployment may take until it answers."
    )
    evaluate_deadline: timedelta = setting(
        "EVALUATE_DEADLINE",
        duration,
        "6h",
        "How long the comparison with the base model may take.",
    )
    claim_age: timedelta = setting(
        "CLAIM_AGE",
        duration,
        "2m",
        "How long a worker that started a paid step may take before another worker checks for its "
        "effect and, without one, starts it again.",
    )
