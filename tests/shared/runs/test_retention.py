"""Old reports are deleted by the daily check."""

from pathlib import Path

import pytest

from shared.clients.storage import reports
from shared.runs.retention import delete_expired_reports
from shared.settings import settings

DAY = 86_400


@pytest.mark.parametrize(("kept", "left"), [("", b"x"), ("90d", None), ("100d", b"x")])
def test_reports_are_kept_as_long_as_the_setting_says(
    app: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    kept: str,
    left: bytes | None,
) -> None:
    """A report of 95 days is deleted after 90, and without the setting never."""
    monkeypatch.setenv("REPORTS_RETENTION", kept)
    settings.cache_clear()
    reports().write("run-1/evaluation.json", b"x", "application/json")
    clock = tmp_path / "clock"
    clock.write_text(str(95 * DAY))
    monkeypatch.setenv("CLOCK_FILE", str(clock))

    delete_expired_reports()

    assert reports().read("run-1/evaluation.json") == left


def test_round_goes_on_where_storage_refuses(
    app: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Storage that is away costs the round nothing else."""
    monkeypatch.setenv("REPORTS_RETENTION", "1d")
    monkeypatch.setenv("AzureWebJobsStorage", app["AzureWebJobsStorage"].replace("http:", "x:"))
    settings.cache_clear()

    delete_expired_reports()
