"""Try the base model before a training is paid for whose gate could have no verdict without it."""

from shared.admission.queue import Line
from shared.billing.usage.own import record_own_chat
from shared.clients.completions import probe
from shared.deployments.base import find_base, refusal_reason
from shared.errors import ServiceError
from shared.models import has_dated_chat
from shared.registry import Run
from shared.runs.orchestration import Outcome

NO_BASE = "base_missing"


def check_base(run: Run, _: Line) -> Outcome | None:
    """A wait while the base model of a run with a gate does not answer; None if it does.

    Without a gate every version is promoted, so a missing base holds up nobody: the report says
    that there was no comparison.

    Raises:
        ServiceError: if the service cannot be asked now, and waiting helps.
    """
    if not run.evaluation.gate:
        return None
    base_model = run.training.base_model
    found = find_base(base_model)
    reason = _silence(found, base_model) if found else refusal_reason(base_model)
    if not reason:
        return None
    message = f"{reason} The gate {run.evaluation.gate} could have no verdict."
    hint = (
        f"Deploy {base_model}. Or cancel the run, and drop the dataset with another base model, or "
        'with "gate": "off".'
    )
    return Outcome.wait(NO_BASE, message, hint=hint)


def _silence(deployment: str, base_model: str) -> str:
    """Why a deployment gives no answer; empty if it gives one."""
    try:
        answer = probe(deployment, dated=has_dated_chat(base_model))
    except ServiceError as error:
        if error.retryable or error.denied:
            raise
        return f"Deployment {deployment} of the base model does not answer: {error.message}"
    if answer:
        record_own_chat(answer, base_model)
    return ""
