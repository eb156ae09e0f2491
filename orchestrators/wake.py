"""Bring a sleeping version back: what `deploy` does, then its place among the versions."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.steps import DEPLOY, Step, run_to_end

STEPS = (DEPLOY, Step("resume_version", deadline="evaluate"))


def wake(context: DurableOrchestrationContext) -> Generator[Any, Any, dict[str, Any] | None]:
    """Wake one version: it answers again, or is back where it was, with a reason.

    The input is an `OrchestrationState`; the output is the `Outcome`.
    """
    return (yield from run_to_end(context, STEPS, "wake"))
