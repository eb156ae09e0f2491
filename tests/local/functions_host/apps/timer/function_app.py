"""A monitored timer that writes what it sees into the log."""

import json
import logging

import azure.functions as func

app = func.FunctionApp()
log = logging.getLogger("app")


@app.timer_trigger(arg_name="timer", schedule="%DAILY%")
def daily(timer: func.TimerRequest) -> None:
    """Logs what it gets."""
    status = getattr(timer, "schedule_status")  # noqa: B009 - not in the SDK's types
    log.info("DAILY %s", json.dumps({"past_due": timer.past_due, "status": status}))
