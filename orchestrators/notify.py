"""Notify the receiver of what became of a run: start a delivery, and deliver.

A delivery may take days, so it is an orchestration of its own that no run waits for.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from azure.durable_functions import DurableOrchestrationContext

from orchestrators.polling import RETRY, Poller
from shared.notifications.delivery import Delivery
from shared.notifications.events import Notification, NotificationTrigger, Source
from shared.runs.orchestration import OrchestrationState, PollPolicy, RunRef


def notify(context: DurableOrchestrationContext) -> Generator[Any, Any, dict[str, Any] | None]:
    """Send one notification until its receiver accepts it, or its deadline is over.

    The input is a `Delivery`; the output is the `Outcome`.
    """
    delivery = Delivery.from_dict(context.get_input())
    poller = Poller(context, delivery.state)
    outcome = yield from poller.poll_until_done(
        "send_notification",
        delivery.notification,
        delivery.state.policy.notify_deadline,
        max_failures=None,
    )
    if outcome is None:
        context.continue_as_new(replace(delivery, state=poller.state).to_dict())
        return None
    return outcome.to_dict()


def start_notification(
    context: DurableOrchestrationContext, policy: PollPolicy, ref: RunRef, source: Source
) -> Generator[Any, Any, None]:
    """Start the delivery of what there is to notify of a run, if there is a receiver. Never fails.

    It waits for no receiver, only a little for storage that is unavailable.
    """
    if not policy.notify:
        return
    try:
        trigger = NotificationTrigger(ref, source).to_dict()
        found = yield context.call_activity_with_retry("find_notification", RETRY, trigger)
        if found:
            yield from _start_delivery(context, Notification.from_dict(found), ref, policy)
    except Exception:  # noqa: BLE001  the SDK raises nothing more precise
        return  # a notification must not end a run; the activity's failure is in the log


def _start_delivery(
    context: DurableOrchestrationContext,
    notification: Notification,
    ref: RunRef,
    policy: PollPolicy,
) -> Generator[Any, Any, None]:
    slow = replace(policy, first_delay=policy.notify_first_delay, max_delay=policy.notify_max_delay)
    delivery = Delivery(notification, OrchestrationState(ref=ref, policy=slow))
    # What is not yielded is not started, so this waits for a timer that is due already. The
    # delivery goes on when the orchestration that started it has ended.
    started = context.call_sub_orchestrator("notify", delivery.to_dict())
    due = context.create_timer(context.current_utc_datetime)
    first = yield context.task_any([started, due])
    if first == started:
        due.cancel()
