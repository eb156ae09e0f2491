"""How long, and how often, the service is waited for."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings.readers import (
    duration,
    positive,
)
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class WaitSettings:
    """How long, and how often, the service is waited for."""

    poll_first: timedelta = setting(
        "POLL_FIRST", duration, "5s", "The first wait between two looks at the service."
    )
    poll_max: timedelta = setting(
        "POLL_MAX", duration, "10m", "The longest wait between two looks."
    )
    polls_per_generation: int = setting(
        "POLLS_PER_GENERATION",
        positive,
        20,
        "Looks until an orchestration continues as new, which bounds its history.",
    )
    file_deadline: timedelta = setting(
        "FILE_DEADLINE", duration, "2h", "How long an upload may take until it is processed."
    )
    train_deadline: timedelta = setting(
        "TRAIN_DEADLINE",
        duration,
        "45d",
        "How long a job may take, with its time in the queue (the service stops one after 720 h).",
    )
    deploy_deadline: timedelta = setting(
        "DEPLOY_DEADLINE", duration, "24h", "How long a deployment may take until it answers."
    )
    evaluate_deadline: timedelta = setting(
        "EVALUATE_DEADLINE", duration, "6h", "How long the comparison with the base may take."
    )
    claim_age: timedelta = setting(
        "CLAIM_AGE",
        duration,
        "2m",
        "How long a paid step that was begun is left to its first worker before another looks "
        "for its effect and begins anew.",
    )
