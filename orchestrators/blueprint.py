"""The orchestrators as functions of the app, each under the name of its module."""

import azure.durable_functions as df

from orchestrators.delete import delete
from orchestrators.deploy import deploy
from orchestrators.fine_tune import fine_tune
from orchestrators.notify import notify
from orchestrators.retire import retire
from orchestrators.wake import wake

blueprint = df.Blueprint()

for orchestrator in (fine_tune, deploy, wake, retire, notify, delete):
    blueprint.orchestration_trigger(context_name="context")(orchestrator)
