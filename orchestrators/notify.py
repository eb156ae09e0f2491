"""Tell the world of a run: begin the delivery of a notice, and deliver it.

A delivery may take days, so it is an orchestration of its own that no run waits for.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.polling import AGAIN, Watch
from shared.notifications.notification import Errand, Moment, Notice
from shared.runs.orchestration import Journey, RunRef, Waits


def notify(context: DurableOrchestrationContext) -> Generator[Any, Any, dict[str, Any] | None]:
    """Send one notice until its receiver takes it, or its time is over.

    The input is an `Errand`; the output is the `Outcome`.
    """
    errand = Errand.from_dict(context.get_input())
    limit = errand.journey.waits.notify_limit
    watch = Watch(context, errand.journey)
    outcome = yield from watch.until("send_notification", errand.notice, limit, failures=None)
    if outcome is None:
        context.continue_as_new(replace(errand, journey=watch.journey).to_dict())
        return None
    return outcome.to_dict()


def tell(
    context: DurableOrchestrationContext, waits: Waits, ref: RunRef, kind: str
) -> Generator[Any, Any, None]:
    """Begin to tell what became of a run, if anybody wants to know. Never fails.

    It waits for no receiver, only a little for storage that is away.
    """
    if not waits.notify:
        return
    try:
        moment = Moment(ref, kind).to_dict()
        found = yield context.call_activity_with_retry("find_notification", AGAIN, moment)
        if found:
            yield from _begin(context, Notice.from_dict(found), ref, waits)
    except Exception:  # noqa: BLE001  the SDK raises nothing more precise
        return  # a notice must not end a run; the activity's failure is in the log


def _begin(
    context: DurableOrchestrationContext, notice: Notice, ref: RunRef, waits: Waits
) -> Generator[Any, Any, None]:
    slow = replace(waits, first=waits.notify_first, longest=waits.notify_longest)
    errand = Errand(notice, Journey(ref=ref, waits=slow))
    # What is not yielded is not started, so this waits for a timer that is due already. The
    # delivery goes on when its beginner has ended.
    delivery = context.call_sub_orchestrator("notify", errand.to_dict())
    due = context.create_timer(context.current_utc_datetime)
    first = yield context.task_any([delivery, due])
    if first == delivery:
        due.cancel()
