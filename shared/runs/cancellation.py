"""Cancellation: the request is written into the run's row; the run acts on it by itself."""

from dataclasses import replace

from shared import clock
from shared.errors import RequestError
from shared.registry import Run, registry


def request_cancel(run: str) -> Run:
    """Write the request to cancel; the run acts on it when it next reads its row.

    Raises:
        NotFoundError: if there is no such run.
        RequestError: (409) if the run has ended already.
    """

    def ask(row: Run) -> Run:
        if row.resting:
            message = f"Run {run} is already {row.phase} and cannot be cancelled."
            raise RequestError("run_ended", message, status=409, param="id")
        return row if row.cancel_requested else replace(row, cancel_requested=clock.now())

    return registry().change(run, ask)
