"""The app's own chats, for readiness and comparison: counted beside those of the client keys."""

import logging
import secrets

from shared import clock
from shared.billing.usage.count import Count, Row, UsageKey
from shared.billing.usage.table import usage_table
from shared.clients.completions import Answer
from shared.datasets.names import model_of
from shared.deployments.plan import plan_deployment
from shared.errors import TunedropError
from shared.settings import settings

log = logging.getLogger("tunedrop.usage")

#: In the place of a client key's name; no key can be called so, for names have no brackets there.
OWN = "(tunedrop)"
BASE = "base"


def record_own_chat(answer: Answer, base_model: str = "") -> None:
    """Write one chat of the app itself into the table of use. Never fails it.

    Args:
        answer: What was answered.
        base_model: The model behind it, where that is known to be an untuned one.
    """
    deployment = answer.deployment  # named like a run, or the base deployment
    is_base = bool(base_model) or deployment == settings().base_deployment
    run = "" if is_base else deployment
    model = BASE if is_base else model_of(deployment) or deployment
    day = clock.now().date().isoformat()
    priced_as = (base_model or settings().base_model or answer.model) if is_base else answer.model
    unmetered = 0 if answer.is_metered else 1
    count = Count(1, unmetered, answer.prompt_tokens, answer.completion_tokens)
    sku = "" if is_base else plan_deployment(priced_as).sku
    row = Row(UsageKey(day, OWN, model, run, priced_as, sku), count)
    try:
        # A row of its own each time: activities run on several threads and instances at once.
        usage_table().put({f"{day}-own-{secrets.token_hex(8)}": row})
    except TunedropError:
        log.exception("a chat of the app itself with %s was not recorded", deployment)
