"""Quota of the region: thousands of tokens per minute that deployments may still ask for.

Source: Microsoft.CognitiveServices usages of a location, which need the role Cognitive Services
Usages Reader on the subscription. An account's list of models names the quota of each SKU; the
names end in `-finetune` for tuned models.
"""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.clients.account import location
from shared.clients.deployments import management
from shared.clients.refusals import ARM
from shared.clients.translate import translate_errors
from shared.errors import ServiceError

log = logging.getLogger("tunedrop.quota")

#: Quotas of open-weight models; some have one for the world instead of one for each region.
_WORLDWIDE = "AIServices."
_NOT_TOLD = frozenset({401, 403, 404})


@dataclass(frozen=True)
class Quota:
    """One quota, in thousands of tokens per minute."""

    name: str
    used: float
    limit: float

    @property
    def left(self) -> float:
        """What deployments may still ask for."""
        return self.limit - self.used


def quota_for(sku: str, model: str, usage: str = "") -> Quota | None:
    """The quota that deployments of models tuned from `model` draw on.

    Args:
        sku: Such as `Standard`.
        model: The base model's plain name, such as `gpt-4.1-mini`.
        usage: The quota's name, where the account has said it; else it is guessed.

    Returns:
        None where the service does not tell, or not this app; the deployment itself is refused
        then if there is none left.

    Raises:
        ServiceError: If the service fails.
    """
    try:
        found = _find(_usages(location()), (usage, *_guesses(sku, model)))
        if found is None and usage.startswith(_WORLDWIDE):
            found = _find(_usages("global"), (usage,))
    except ServiceError as error:
        if error.status not in _NOT_TOLD:
            raise
        log.info("the quota is not known: %s", error)
        return None
    return found


def _find(known: dict[str, Quota], names: Iterable[str]) -> Quota | None:
    return next((known[name.lower()] for name in names if name.lower() in known), None)


def _guesses(sku: str, model: str) -> Iterator[str]:
    """Names that quotas were seen with: the 4.1 family has no hyphen after `gpt` there."""
    for name in (model, model.replace("gpt-4.1", "gpt4.1")):
        for maker in ("OpenAI", "AIServices"):
            yield f"{maker}.{sku}.{name}-finetune"
    yield f"OpenAI.{sku}.{model}"


def _usages(place: str) -> dict[str, Quota]:
    with translate_errors(ARM, f"list quota of {place}"):
        listed = list(management().usages.list(place))
    quotas = [
        Quota(one.name.value, one.current_value or 0.0, one.limit or 0.0)
        for one in listed
        if one.name and one.name.value
    ]
    return {quota.name.lower(): quota for quota in quotas}
