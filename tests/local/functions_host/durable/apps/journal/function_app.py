"""Parcels: an orchestrator with children, timers and activities that write down that they ran."""

import os
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import azure.durable_functions as df

app = df.DFApp()


@app.orchestration_trigger(context_name="context")  # type: ignore[untyped-decorator]
def deliver(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
    """Pack two parcels, one after the other."""
    first = yield context.call_sub_orchestrator("pack", 1)
    due = context.current_utc_datetime + timedelta(milliseconds=100)
    yield context.create_timer(due)
    second = yield context.call_sub_orchestrator("pack", 2)
    return [first, second]


@app.orchestration_trigger(context_name="context")  # type: ignore[untyped-decorator]
def pack(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
    """Take and ship one parcel."""
    number = context.get_input()
    took = yield context.call_activity("take", number)
    shipped = yield context.call_activity("ship", number)
    return [took, shipped]


@app.activity_trigger(input_name="number")  # type: ignore[untyped-decorator]
def take(number: int) -> str:
    """Take a parcel from the shelf."""
    _runs(f"take-{number}")
    return f"took {number}"


@app.activity_trigger(input_name="number")  # type: ignore[untyped-decorator]
def ship(number: int) -> str:
    """Hand a parcel over."""
    _runs(f"ship-{number}")
    return f"shipped {number}"


def _runs(what: str) -> None:
    with Path(os.environ["RAN"]).open("a") as file:
        file.write(what + "\n")
