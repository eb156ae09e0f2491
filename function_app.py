"""Every door of tunedrop: one short function per trigger; it parses, calls, answers.

The worker loads this module at each cold start, so what only one function needs is imported in it.
All HTTP functions use the FastAPI types: one classic function, and no function of the app loads.
"""

import logging
import os
from collections.abc import Generator
from typing import Any

import azure.durable_functions as df
import azure.functions as func
import azurefunctions.extensions.bindings.blob as blob

import orchestrators
from api import logs
from api.endpoints import blueprint as endpoints
from orchestrators import client as starting
from shared.datasets.names import CONTAINER
from shared.runs.orchestration import Journey, RunRef, Waits
from shared.settings import settings
from triggers.source import datasets_source

log = logging.getLogger("tunedrop")
logs.quiet()

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)
app.register_functions(endpoints)


# What starts work by itself


@app.blob_trigger(
    arg_name="dataset",
    path=f"{CONTAINER}/{{name}}.jsonl",
    connection="AzureWebJobsStorage",
    source=datasets_source(os.environ),
)
@app.durable_client_input(client_name="client")
async def on_dataset(dataset: blob.BlobClient, client: df.DurableOrchestrationClient) -> None:
    """Begin the run of a dropped dataset, once for each version of its bytes."""
    log.info(await starting.receive(client, dataset.container_name, dataset.blob_name))


@app.timer_trigger(arg_name="timer", schedule="%RETIRE_SCHEDULE%", use_monitor=True)
@app.durable_client_input(client_name="client")
async def retire_daily(timer: func.TimerRequest, client: df.DurableOrchestrationClient) -> None:
    """Begin the daily round over idle deployments, and take up what a crash left undone."""
    from triggers import reconcile

    journey = Journey(ref=RunRef(run="", model=""), waits=Waits.of(settings()))
    began = await starting.start(client, "retire", "retire", journey)
    late = " (late)" if timer.past_due else ""
    log.info("retire%s: %s", late, "begun" if began else "the last round still goes on")
    await reconcile.taken_up(client)


# What decides


@app.orchestration_trigger(context_name="context")
def fine_tune(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
    """The journey of a dataset."""
    return orchestrators.fine_tune(context)


@app.orchestration_trigger(context_name="context")
def deploy(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
    """From a tuned model to one that answers."""
    return orchestrators.deploy(context)


@app.orchestration_trigger(context_name="context")
def retire(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
    """The daily round over idle deployments."""
    return orchestrators.retire(context)


@app.orchestration_trigger(context_name="context")
def notify(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
    """The way of a notice to its receiver."""
    return orchestrators.notify(context)


@app.orchestration_trigger(context_name="context")
def wake(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
    """The way back of a version that is asleep."""
    return orchestrators.wake(context)


@app.orchestration_trigger(context_name="context")
def delete(context: df.DurableOrchestrationContext) -> Generator[Any, Any, Any]:
    """The end of a model."""
    return orchestrators.delete(context)


# What acts


@app.activity_trigger(input_name="payload")
def validate_dataset(payload: object) -> dict[str, Any]:
    """Read the dataset and report its faults."""
    from activities.validate_dataset import validate_dataset as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def admit_run(payload: object) -> dict[str, Any]:
    """Wait for room at the service."""
    from activities.admit_run import admit_run as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def upload_files(payload: object) -> dict[str, Any]:
    """Bring the files to the service."""
    from activities.upload_files import upload_files as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def train_model(payload: object) -> dict[str, Any]:
    """Create the job, or look at it."""
    from activities.train_model import train_model as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def create_deployment(payload: object) -> dict[str, Any]:
    """Ask for the deployment of the tuned model, or look at it."""
    from activities.create_deployment import create_deployment as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def check_ready(payload: object) -> dict[str, Any]:
    """See whether the deployment answers."""
    from activities.check_ready import check_ready as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def evaluate_models(payload: object) -> dict[str, Any]:
    """Let base and tuned model answer the same prompts."""
    from activities.evaluate_models import evaluate_models as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def promote_version(payload: object) -> dict[str, Any]:
    """Point the model's name to this version."""
    from activities.promote_version import promote_version as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def resume_version(payload: object) -> dict[str, Any]:
    """Give a version that was woken its place again."""
    from activities.resume_version import resume_version as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def close_run(payload: object) -> dict[str, Any]:
    """Write down why a run ended."""
    from activities.close_run import close_run as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def find_retirable(payload: object) -> list[dict[str, Any]]:
    """List the deployments of the registry, the longest idle first."""
    from activities.find_retirable import find_retirable as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def retire_deployment(payload: object) -> dict[str, Any]:
    """Delete one deployment, if it is idle still."""
    from activities.retire_deployment import retire_deployment as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def log_retirement(payload: object) -> None:
    """Write the daily round into the log, in one line."""
    from activities.log_retirement import log_retirement as act

    act(payload)


@app.activity_trigger(input_name="payload")
def delete_resources(payload: object) -> dict[str, Any]:
    """Delete what is left of a model that is marked."""
    from activities.delete_resources import delete_resources as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def find_notification(payload: object) -> dict[str, Any] | None:
    """Find what there is to tell of a run."""
    from activities.find_notification import find_notification as act

    return act(payload)


@app.activity_trigger(input_name="payload")
def send_notification(payload: object) -> dict[str, Any]:
    """Tell the receiver of notices once."""
    from activities.send_notification import send_notification as act

    return act(payload)
