"""Quota of the region: thousands of tokens per minute that deployments may still ask for.

Source: Microsoft.CognitiveServices usages of a location, which need the role Cognitive Services
Usages Reader on the subscription. The names for tuned models are not documented; tools show
`OpenAI.<SKU>.<model>-finetune`.
"""

import logging
from dataclasses import dataclass

from shared.clients.account import location
from shared.clients.deployments import management
from shared.clients.refusals import ARM
from shared.clients.translate import translate_errors
from shared.errors import ServiceError

log = logging.getLogger("tunedrop.quota")

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


def quota_for(sku: str, model: str) -> Quota | None:
    """The quota that deployments of models tuned from `model` draw on.

    Args:
        sku: Such as `Standard`.
        model: The base model's plain name, such as `gpt-4.1-mini`.

    Returns:
        None where the service does not tell, or not this app; the deployment itself is refused
        then if there is none left.

    Raises:
        ServiceError: If the service fails.
    """
    try:
        known = _usages()
    except ServiceError as error:
        if error.status not in _NOT_TOLD:
            raise
        log.info("the quota is not known: %s", error)
        return None
    names = (f"OpenAI.{sku}.{model}-finetune", f"OpenAI.{sku}.{model}")
    return next((known[name.lower()] for name in names if name.lower() in known), None)


def _usages() -> dict[str, Quota]:
    region = location()
    with translate_errors(ARM, f"list quota of {region}"):
        listed = list(management().usages.list(region))
    quotas = [
        Quota(one.name.value, one.current_value or 0.0, one.limit or 0.0)
        for one in listed
        if one.name and one.name.value
    ]
    return {quota.name.lower(): quota for quota in quotas}
