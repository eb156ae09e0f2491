"""Tell the daily round: one line in the log for all deployments."""

import logging
from collections import defaultdict

from activities._model_retirement import tell_ends
from shared.runs.orchestration import Round

log = logging.getLogger("tunedrop.retire")

#: Codes of decisions; with any other the reason why there is none belongs into the line.
DECIDED = frozenset({"kept", "pinned", "warned", "retired", "gone", "dry_run"})


def log_retirement(payload: object) -> None:
    """Write the line: how many were looked at, and what was decided on which.

    What the service will soon retire has lines of its own.
    """
    log.info("retire: %s", _line(Round.from_dict(payload)))
    tell_ends()


def _line(one: Round) -> str:
    runs: dict[str, list[str]] = defaultdict(list)
    for run, code, message in one.found:
        runs[code].append(run if code in DECIDED else f"{run} ({message})")
    parts = [f"{code}: {', '.join(names)}" for code, names in runs.items()]
    count = len(one.found)
    return "; ".join([f"{count} deployment{'' if count == 1 else 's'} looked at", *parts])
