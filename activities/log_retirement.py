"""Log the daily check: one line for all deployments."""

import logging
from collections import defaultdict

from activities._model_retirement import log_model_retirements
from shared.billing.price_list import update_list
from shared.clients.account import location
from shared.deployments.daily_round import daily_rounds
from shared.errors import ServiceError
from shared.runs.orchestration import RetirementSummary
from shared.settings import settings

log = logging.getLogger("tunedrop.retire")

#: Codes of decisions; with any other the reason why there is none belongs into the line.
DECISIONS = frozenset({"kept", "pinned", "warned", "retired", "gone", "dry_run"})


def log_retirement(payload: object) -> None:
    """Write the line: how many were checked, and what was decided on which.

    What the service will soon retire has lines of its own. Then the prices of the day are read, and
    the round has ended.
    """
    log.info("retire: %s", _line(RetirementSummary.from_dict(payload)))
    log_model_retirements()
    _update_prices()
    daily_rounds().record_end()


def _update_prices() -> None:
    """Read the prices of the resource's region. A list that is away must not end the round."""
    try:
        update_list(location(), settings().price_list)
    except ServiceError as error:
        log.warning("prices: the region of the resource is not known: %s", error)


def _line(summary: RetirementSummary) -> str:
    runs: dict[str, list[str]] = defaultdict(list)
    for run, code, message in summary.outcomes:
        runs[code].append(run if code in DECISIONS else f"{run} ({message})")
    parts = [f"{code}: {', '.join(names)}" for code, names in runs.items()]
    count = len(summary.outcomes)
    return "; ".join([f"{count} deployment{'' if count == 1 else 's'} checked", *parts])
