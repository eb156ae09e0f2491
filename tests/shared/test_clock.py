"""The one clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared import clock


def ahead() -> timedelta:
    """How far the clock is ahead of real time, to the second."""
    return timedelta(seconds=round((clock.now() - datetime.now(UTC)).total_seconds()))


def test_without_a_file_it_is_real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `CLOCK_FILE` the clock shows real time, aware and in UTC."""
    monkeypatch.delenv("CLOCK_FILE", raising=False)

    assert ahead() == timedelta()
    assert clock.now().tzinfo is UTC


def test_file_moves_the_clock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The number in the file is added to real time, and read again at each call."""
    file = tmp_path / "clock"
    monkeypatch.setenv("CLOCK_FILE", str(file))

    found = []
    for text in ("3600", "1382400.5\n", "-60", "", None):
        file.unlink(missing_ok=True)
        if text is not None:
            file.write_text(text)
        found.append(ahead())

    assert found[0] == timedelta(hours=1)
    assert abs(found[1] - timedelta(days=16)) <= timedelta(seconds=1)
    assert found[2:] == [-timedelta(minutes=1), timedelta(), timedelta()]
