"""Delete old reports: they hold prompts and answers, which nobody should keep for ever."""

import logging

from shared import clock
from shared.clients import storage
from shared.errors import TunedropError
from shared.settings import settings

log = logging.getLogger("tunedrop.runs")


def delete_expired_reports() -> None:
    """Delete what is older than `REPORTS_RETENTION`; what fails is left to the next round."""
    kept = settings().reports_retention
    if kept is None:
        return
    try:
        number = storage.reports().delete_older(clock.now() - kept)
    except TunedropError as error:
        log.warning("old reports are deleted tomorrow: %s", error)
        return
    log.info("reports: %d older than %s were deleted", number, kept)
