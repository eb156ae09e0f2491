"""Bring a sleeping version back: what `deploy` does, then its place among the versions."""

from collections.abc import Generator
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.steps import Step, travel

STEPS = (Step("deploy", nested=True), Step("resume_version", limit="evaluate"))


def wake(context: DurableOrchestrationContext) -> Generator[Any, Any, dict[str, Any] | None]:
    """Bring one version to an end: it answers again, or is back where it was, with a reason.

    The input is a `Journey`; the output is the `Outcome` that the waking ended with.
    """
    return (yield from travel(context, STEPS, "woken"))
