"""The timer trigger: once a day idle deployments are retired, and what was lost is resumed."""

import azure.durable_functions as df
import azure.functions as func

blueprint = df.Blueprint()


@blueprint.timer_trigger(arg_name="timer", schedule="%RETIRE_SCHEDULE%", use_monitor=True)
@blueprint.durable_client_input(client_name="client")
async def retire_daily(timer: func.TimerRequest, client: df.DurableOrchestrationClient) -> None:
    """Begin the daily round."""
    from orchestrators.daily_round import begin_daily_round

    # The class has it; the abstract one, which annotations name, does not.
    status = getattr(timer, "schedule_status", None) or {}
    await begin_daily_round(client, status, past_due=timer.past_due)
