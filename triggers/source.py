"""How the app learns of dropped datasets."""

from collections.abc import Mapping

import azure.functions as func

from shared.errors import SettingError

SETTING = "DATASETS_SOURCE"
_SOURCES = {
    "logsandcontainerscan": func.BlobSource.LOGS_AND_CONTAINER_SCAN,
    "eventgrid": func.BlobSource.EVENT_GRID,
}


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
