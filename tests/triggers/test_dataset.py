"""The source of the blob trigger."""

import azure.functions as func
import pytest

from shared.errors import SettingError
from triggers.dataset import datasets_source


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (None, func.BlobSource.LOGS_AND_CONTAINER_SCAN),
        ("", func.BlobSource.LOGS_AND_CONTAINER_SCAN),
        (" logsandcontainerscan", func.BlobSource.LOGS_AND_CONTAINER_SCAN),
        ("EventGrid", func.BlobSource.EVENT_GRID),
    ],
)
def test_sources(text: str | None, source: func.BlobSource) -> None:
    """Polling is the default; Event Grid is chosen by name, in any case."""
    assert datasets_source({} if text is None else {"DATASETS_SOURCE": text}) == source


def test_another_source_is_refused() -> None:
    """A wrong value is an error that names the setting and the value."""
    with pytest.raises(SettingError, match=r"DATASETS_SOURCE is 'queue'"):
        datasets_source({"DATASETS_SOURCE": "queue"})
