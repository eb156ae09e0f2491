"""How tuned models are deployed, and when their deployments are deleted."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings.readers import duration, flag, non_empty, one_of, positive
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class Deployments:
    """How tuned models are deployed, and when their deployments are deleted."""

    deployment_sku: str = setting(
        "DEPLOYMENT_SKU",
        one_of("Standard", "DataZoneStandard", "GlobalStandard", "DeveloperTier"),
        "Standard",
        "The SKU of deployments of tuned models. `Standard` exists in a few regions only. A model "
        "that has a single SKU is deployed with that one.",
    )
    deployment_capacity: int = setting(
        "DEPLOYMENT_CAPACITY",
        positive,
        5,
        "The capacity of a deployment, in thousands of tokens per minute. A model that needs more "
        "gets the least that it needs.",
    )
    content_filter: str | None = setting(
        "CONTENT_FILTER",
        non_empty,
        None,
        "The name of the content filter (RAI policy) of deployments. Unset: the service's default.",
        "Microsoft.DefaultV2",
    )
    idle_after: timedelta = setting(
        "IDLE_AFTER",
        duration,
        "15d",
        "A deployment that was idle for this long is deleted.",
    )
    idle_warning: timedelta = setting(
        "IDLE_WARNING",
        duration,
        "2d",
        "How long before the deletion the run's status warns of it.",
    )
    keep_previous: timedelta = setting(
        "KEEP_PREVIOUS",
        duration,
        "24h",
        "How long the previous version stays deployed after another one was promoted.",
    )
    dry_run: bool = setting(
        "DRY_RUN",
        flag,
        "false",
        "`true`: the daily check of idle deployments only reports what it would delete.",
    )
    evict_after: timedelta | None = setting(
        "EVICT_AFTER",
        duration,
        None,
        "When the resource's limit of deployments is reached and a run waits, the deployment that "
        "has been idle the longest is deleted, if it has been idle for at least this long and is "
        "not pinned. Unset: the run waits.",
        "3d",
    )
