"""One orchestrator with five activities at once, then a timer; nothing of it costs anything."""
# mypy: disallow-untyped-decorators=False

from collections.abc import Generator
from datetime import timedelta
from typing import Any

import azure.durable_functions as df

_PARTS = 5
_WAIT = timedelta(seconds=0.2)

app = df.DFApp()


@app.orchestration_trigger(context_name="context")
def fan_out(context: df.DurableOrchestrationContext) -> Generator[Any, Any, int]:
    """Add at once, wait, and return the sum."""
    given = context.get_input()
    parts = yield context.task_all([context.call_activity("add", given) for _ in range(_PARTS)])
    yield context.create_timer(context.current_utc_datetime + _WAIT)
    return sum(parts)


@app.activity_trigger(input_name="given")
def add(given: int) -> int:
    """One more."""
    return given + 1
