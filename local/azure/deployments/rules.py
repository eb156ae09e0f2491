"""What an account may have: models, SKUs, content filters, quota, number of deployments."""

from collections import Counter
from collections.abc import Iterable

from local.azure.clock import Clock
from local.azure.database import Database
from local.azure.models.state import Models, ServedModel
from local.azure.settings import Settings

from .deployment import Deployment
from .errors import (
    filter_not_found,
    insufficient_quota,
    limit_error,
    retired_model,
    unsupported_model,
    unsupported_sku,
    wrong_format,
)
from .request import SKUS, DeploymentRequest

MAX_TUNED = 10
# as deployments of tuned models write it, or leave it out
TUNED_VERSIONS = ("1", "")


class Rules:
    """Refuses what the service would refuse."""

    def __init__(
        self, database: Database, models: Models, settings: Settings, clock: Clock
    ) -> None:
        self._database, self._models, self._settings = database, models, settings
        self._clock = clock

    def add_filter(self, name: str) -> None:
        """Lets deployments use a content filter of that name."""
        self._database.change("INSERT OR IGNORE INTO content_filters VALUES (?)", name)

    def served_model(self, request: DeploymentRequest) -> ServedModel:
        """The model that the request names.

        Raises:
            ServiceError: 400 if there is no such model, SKU for it, or content filter, 500 if
                the format is not that of its maker.
        """
        model = self._models.resolve(request.model_name, request.model_version)
        # Tuned models and their checkpoints are all of version 1.
        if model is None or (model.job and request.model_version not in TUNED_VERSIONS):
            raise unsupported_model(
                request.model_format,
                request.model_name,
                request.model_version,
                request.model_source,
            )
        if request.model_format != model.base.format:
            raise wrong_format()
        if self._settings.retirement and not model.job and model.is_retired(self._clock.now()):
            raise retired_model(
                request.model_name, request.model_version, model.base.end_date("base")
            )
        self.check_sku(request.sku, request.model_name, request.model_version)
        sql = "SELECT 1 FROM content_filters WHERE name = ?"
        if self._database.row(sql, request.rai_policy) is None:
            raise filter_not_found(request.rai_policy)
        return model

    def check_sku(self, sku: str, model_name: str, version: str) -> None:
        """Refuses a SKU that does not exist or that the model cannot have in this region.

        Raises:
            ServiceError: 400.
        """
        _, for_tuned = SKUS.get(sku.lower(), (sku, False))
        model = self._models.resolve(model_name, version)
        tuned = model is not None and model.job is not None
        if sku.lower() not in SKUS or (tuned and not (for_tuned and self._offers(model, sku))):
            raise unsupported_sku(sku, model_name, version, self._settings.location)

    def check_quota(
        self, existing: Iterable[Deployment], name: str, sku: str, model_name: str, capacity: int
    ) -> None:
        """Refuses a capacity (thousand tokens per minute) that the quota has no room for.

        Raises:
            ServiceError: 400 with what is used and what there is.
        """
        quota, limit = self.quota_name(sku, model_name), self._settings.quota
        existing = list(existing)
        used = self.usages(existing)[quota]
        others = self.usages(one for one in existing if one.name != name)[quota]
        if others + capacity > limit:
            raise insufficient_quota(others + capacity - used, quota, used, limit)

    def _offers(self, model: ServedModel | None, sku: str) -> bool:
        if model is None or sku.lower().endswith("provisionedmanaged"):
            return True
        offered = model.base.tuned_skus(self._settings.location)
        return sku.lower() in {one.lower() for one in offered}

    def usages(self, existing: Iterable[Deployment]) -> Counter[str]:
        """Thousands of tokens per minute in use, by the name of the quota."""
        used: Counter[str] = Counter()
        for one in existing:
            used[self.quota_name(one.sku, one.model_name)] += one.capacity
        return used

    def quota_name(self, sku: str, model_name: str) -> str:
        """The quota that a deployment draws on, such as `OpenAI.Standard.gpt4.1-finetune`."""
        model = self._models.resolve(model_name)
        if model is None:
            return f"OpenAI.{sku}.{model_name}"
        return model.base.usage_name(sku, tuned=model.job is not None)


def check_limit(existing: Iterable[Deployment]) -> None:
    """Refuses one more deployment of a tuned model where there are as many as may be.

    Raises:
        ServiceError: 400.
    """
    if sum(one.tuned for one in existing) >= MAX_TUNED:
        raise limit_error(MAX_TUNED)
