"""The Azure OpenAI account itself: its region, and the models that it offers.

Source: Microsoft.CognitiveServices accounts, api-version 2025-09-01 (the SDK's).
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from shared.clients.deployments import management
from shared.clients.refusals import ARM
from shared.clients.translate import translate_errors
from shared.errors import ServiceError
from shared.models import Model
from shared.settings import settings

if TYPE_CHECKING:
    from azure.mgmt.cognitiveservices.models import AccountModel, ModelSku

log = logging.getLogger("tunedrop.account")

#: The quota of SKUs that tuned models may take has a name that ends so.
_TUNED = "-finetune"


@dataclass(frozen=True)
class SkuOffer:
    """A SKU that a model can be deployed with in this account.

    Attributes:
        name: Such as `GlobalStandard`.
        usage: The quota that its deployments draw on.
        minimum: The least capacity; None if not said. So are `maximum` and `step`.
        ends: From when on it can no longer be had.
    """

    name: str
    usage: str
    minimum: int | None = None
    maximum: int | None = None
    step: int | None = None
    ends: datetime | None = None

    @property
    def is_tuned(self) -> bool:
        """Whether it is for tuned models; the others are for the base model itself."""
        return self.usage.lower().endswith(_TUNED)


@dataclass(frozen=True)
class ModelOffer:
    """A model as the account offers it.

    Attributes:
        can_tune: None where the service does not say, as for open-weight models.
        training_ends: From when on it can no longer be tuned.
        stage: Such as `GenerallyAvailable`, `Legacy`, `Deprecated`; empty if not said.
        skus: Of the model itself and of models tuned from it.
    """

    name: str
    version: str
    format: str
    can_tune: bool | None
    training_ends: datetime | None
    skus: tuple[SkuOffer, ...]
    stage: str = ""

    @property
    def is_for_newcomers(self) -> bool:
        """Whether a subscription can begin with it that has never deployed it."""
        return not self.stage.lower().startswith("deprecat")

    @property
    def tuned_skus(self) -> tuple[SkuOffer, ...]:
        """The SKUs that models tuned from it may take; none where the service names none."""
        return tuple(sku for sku in self.skus if sku.is_tuned)


def location() -> str:
    """The region of the account, which never changes, as Resource Manager names it.

    Raises:
        ServiceError: if it does not say.
    """
    now = settings()
    return _location(now.arm_endpoint, now.subscription, now.resource_group, now.account)


def list_offers() -> list[ModelOffer] | None:
    """The models that the account offers; None where it cannot be asked."""
    now = settings()
    try:
        with translate_errors(ARM, f"list models of {now.account}"):
            found = list(management().accounts.list_models(now.resource_group, now.account))
    except ServiceError as error:
        log.warning("what the account offers is not known: %s", error)
        return None
    return [_offer(one) for one in found]


def find_offer(offers: Iterable[ModelOffer], model: Model) -> ModelOffer | None:
    """The offer of a base model, by its name and version.

    Open-weight models have versions of a catalogue that no page names, so theirs is not compared.
    """
    names = {name.lower() for name in (model.id, model.name)}
    for one in offers:
        if one.name.lower() in names and model.version in ("", one.version):
            return one
    return None


@lru_cache(maxsize=4)
def _location(_endpoint: str, _subscription: str, group: str, account: str) -> str:
    with translate_errors(ARM, f"show account {account}"):
        return str(management().accounts.get(group, account).location).replace(" ", "").lower()


def _offer(one: "AccountModel") -> ModelOffer:
    capabilities: dict[str, Any] = one.capabilities or {}
    said = str(capabilities.get("fineTune", capabilities.get("fine_tune", ""))).lower()
    return ModelOffer(
        name=one.name or "",
        version=one.version or "",
        format=one.format or "",
        can_tune={"true": True, "false": False}.get(said),
        training_ends=_time(one.deprecation.fine_tune if one.deprecation else None),
        skus=tuple(_sku(sku) for sku in one.skus or ()),
        stage=str(getattr(one.lifecycle_status, "value", one.lifecycle_status) or ""),
    )


def _sku(one: "ModelSku") -> SkuOffer:
    capacity = one.capacity
    return SkuOffer(
        name=one.name or "",
        usage=one.usage_name or "",
        minimum=capacity.minimum if capacity else None,
        maximum=capacity.maximum if capacity else None,
        step=capacity.step if capacity else None,
        ends=_aware(one.deprecation_date),
    )


def _time(text: str | None) -> datetime | None:
    try:
        return _aware(datetime.fromisoformat(text)) if text else None
    except ValueError:
        return None


def _aware(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
