"""When `last_used` is written, and when not."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared import clock
from shared.errors import ChangedError
from shared.registry import Registry
from shared.registry.rows import iso
from shared.use import Use, written
from tests.shared.chat.conftest import Seed, eventually
from tests.shared.chat.conftest import rows as rows
from tests.shared.chat.conftest import seed as seed

RUN = "travel-0123456789"
EVERY = timedelta(seconds=60)


class Written:
    """Remembers what was written, and can refuse."""

    def __init__(self) -> None:
        self.uses: list[datetime] = []
        self.refusals = 0

    def __call__(self, run: str, used: datetime) -> None:
        """What `Use` calls."""
        if self.refusals:
            self.refusals -= 1
            raise OSError("table is down")
        self.uses.append(used)

    async def reach(self, count: int) -> None:
        """Wait until so many uses are written."""
        await eventually(lambda: len(self.uses) >= count)


async def test_the_first_use_is_written_at_once() -> None:
    """A process that has written nothing yet does not wait."""
    log = Written()

    Use(log, EVERY).note(RUN)

    await log.reach(1)


async def test_a_busy_time_is_one_write() -> None:
    """Many uses within the interval are one write at its begin and one, of the last, at its end."""
    log, every = Written(), timedelta(seconds=0.2)
    use = Use(log, every)
    use.note(RUN)
    await log.reach(1)

    for _ in range(50):
        use.note(RUN)
    last = clock.now()
    await log.reach(2)
    await asyncio.sleep(0.3)

    assert len(log.uses) == 2
    assert last - timedelta(seconds=0.1) <= log.uses[1] <= last


async def test_a_use_after_a_pause_is_written_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if a write waits: the clock may have jumped past it, and retirement looks at it now."""
    clock_file = tmp_path / "clock"
    monkeypatch.setenv("CLOCK_FILE", str(clock_file))
    log = Written()
    use = Use(log, EVERY)
    use.note(RUN)
    await log.reach(1)
    use.note(RUN)
    await asyncio.sleep(0)

    clock_file.write_text(str(16 * 86400))
    use.note(RUN)

    await log.reach(2)
    assert log.uses[1] - log.uses[0] > timedelta(days=15)


async def test_a_failed_write_is_tried_by_the_next_use(caplog: pytest.LogCaptureFixture) -> None:
    """A table that is down costs no chat; the next use is written at once."""
    log = Written()
    log.refusals = 1
    use = Use(log, EVERY)
    use.note(RUN)
    await eventually(lambda: "was not written" in caplog.text)

    use.note(RUN)

    await log.reach(1)


def test_a_use_never_moves_back(rows: Registry, seed: Seed) -> None:
    """A late write of an older use leaves the newer one, and the row as it is."""
    newer = datetime(2026, 11, 20, tzinfo=UTC)
    before = seed(RUN, last_used=iso(newer))

    written(RUN, newer - timedelta(days=1))

    assert rows.get(RUN) == before


def test_a_use_changes_the_row(rows: Registry, seed: Seed) -> None:
    """A retirement that was decided on the row as it was before the use must fail."""
    before = seed(RUN)

    written(RUN, datetime(2026, 11, 20, tzinfo=UTC))

    with pytest.raises(ChangedError):
        rows.replace(before, before)
