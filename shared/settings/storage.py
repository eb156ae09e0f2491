"""The storage account, beside what the Functions host's own variables say of it."""

from dataclasses import dataclass
from datetime import timedelta

from shared.settings.readers import domain, duration
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class Storage:
    """The storage account, beside what the Functions host's own variables say of it."""

    storage_suffix: str = setting(
        "STORAGE_SUFFIX",
        domain,
        "core.windows.net",
        "The domain of storage accounts that `AzureWebJobsStorage__accountName` names. Set it for "
        "sovereign clouds.",
        "core.usgovcloudapi.net",
    )
    reports_retention: timedelta | None = setting(
        "REPORTS_RETENTION",
        duration,
        None,
        "How long reports are kept after they were last written. They contain prompts and answers. "
        "The daily check deletes older ones; records of deletions are kept. Unset: for ever.",
        "90d",
    )
