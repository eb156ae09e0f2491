"""The timer trigger: once a day idle deployments are retired, and what was lost is resumed."""

import logging

import azure.durable_functions as df
import azure.functions as func

from orchestrators import client as orchestrations

log = logging.getLogger("tunedrop.triggers")
blueprint = df.Blueprint()


@blueprint.timer_trigger(arg_name="timer", schedule="%RETIRE_SCHEDULE%", use_monitor=True)
@blueprint.durable_client_input(client_name="client")
async def retire_daily(timer: func.TimerRequest, client: df.DurableOrchestrationClient) -> None:
    """Start the daily check of deployments, then reconcile."""
    from triggers.reconcile import reconcile

    started = await orchestrations.start_retire(client)
    late = " (late)" if timer.past_due else ""
    log.info("retire%s: %s", late, "started" if started else "the last check is still active")
    await reconcile(client)
