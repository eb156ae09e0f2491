"""The blob trigger: a dropped dataset starts a run, once for each version of its bytes."""

import logging
import os
from collections.abc import Mapping

import azure.durable_functions as df
import azure.functions as func
import azurefunctions.extensions.bindings.blob as blob

from orchestrators import client as orchestrations
from shared.datasets.names import CONTAINER
from shared.errors import SettingError

SETTING = "DATASETS_SOURCE"
_SOURCES = {
    "logsandcontainerscan": func.BlobSource.LOGS_AND_CONTAINER_SCAN,
    "eventgrid": func.BlobSource.EVENT_GRID,
}

log = logging.getLogger("tunedrop.triggers")
blueprint = df.Blueprint()


def datasets_source(environment: Mapping[str, str]) -> func.BlobSource:
    """The source of the blob trigger; Flex Consumption knows nothing but `EventGrid`.

    Raises:
        SettingError: if the setting has another value.
    """
    text = environment.get(SETTING, "").strip() or "LogsAndContainerScan"
    source = _SOURCES.get(text.lower())
    if source is None:
        raise SettingError(SETTING, text, "LogsAndContainerScan or EventGrid", "EventGrid")
    return source


@blueprint.blob_trigger(
    arg_name="dataset",
    path=f"{CONTAINER}/{{name}}.jsonl",
    connection="AzureWebJobsStorage",
    source=datasets_source(os.environ),
)
@blueprint.durable_client_input(client_name="client")
async def on_dataset(dataset: blob.BlobClient, client: df.DurableOrchestrationClient) -> None:
    """Start the run of a dropped dataset."""
    from orchestrators.daily_round import begin_overdue_round

    log.info(
        await orchestrations.receive_dataset(client, dataset.container_name, dataset.blob_name)
    )
    await begin_overdue_round(client, f"the drop of {dataset.blob_name}")
