"""When a version was last used: the first use at once, then rarely, and the last one not lost."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from shared import clock
from shared.deployments.last_used import LastUsedRecorder, move_last_used_forward
from shared.registry import Run, registry
from shared.registry.parts import Dataset

RUN = "a-0123456789"


class Writes:
    """What was written, with room for failures."""

    def __init__(self) -> None:
        self.seen: list[datetime] = []
        self.failures = 0

    def __call__(self, run: str, used: datetime) -> None:
        """Take a write, or fail."""
        if self.failures:
            self.failures -= 1
            raise OSError("the table is away")
        self.seen.append(used)


@pytest.fixture
def advance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the clock to that many seconds ahead of real time."""
    file = tmp_path / "clock"
    monkeypatch.setenv("CLOCK_FILE", str(file))

    def to(seconds: float) -> None:
        file.write_text(str(seconds))

    return to


async def until(look: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = asyncio.get_running_loop().time() + 10
    while not look():
        assert asyncio.get_running_loop().time() < end
        await asyncio.sleep(0.005)


async def test_first_use_is_written_at_once() -> None:
    """It must win against a retirement that is being decided, so it does not wait."""
    writes = Writes()
    recorder = LastUsedRecorder(writes, timedelta(hours=1))

    recorder.record(RUN)

    await until(lambda: len(writes.seen) == 1)


async def test_busy_version_is_written_once_per_interval(advance: Callable[[float], None]) -> None:
    """Many chats are one write, until the interval is over; then the newest use is written."""
    writes = Writes()
    recorder = LastUsedRecorder(writes, timedelta(hours=1))
    recorder.record(RUN)
    await until(lambda: len(writes.seen) == 1)

    for _ in range(100):
        recorder.record(RUN)
        await asyncio.sleep(0)
    early = len(writes.seen)
    advance(3700)
    recorder.record(RUN)

    await until(lambda: len(writes.seen) == 2)
    assert early == 1
    assert writes.seen[1] - writes.seen[0] >= timedelta(seconds=3600)


async def test_last_use_of_a_busy_time_is_written_without_another_chat() -> None:
    """Uses between two writes are not lost when nobody chats any more."""
    writes = Writes()
    recorder = LastUsedRecorder(writes, timedelta(seconds=0.1))
    recorder.record(RUN)
    await until(lambda: len(writes.seen) == 1)
    before = clock.now()

    recorder.record(RUN)

    await until(lambda: len(writes.seen) == 2)
    assert writes.seen[1] >= before


async def test_versions_are_written_apart() -> None:
    """A busy version does not hold back another one's first use."""
    writes = Writes()
    recorder = LastUsedRecorder(writes, timedelta(hours=1))

    recorder.record(RUN)
    recorder.record("b-0123456789")

    await until(lambda: len(writes.seen) == 2)


async def test_failing_write_is_tried_again_by_the_next_chat(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A table that is away fails no chat; the log says so, and the next use is written."""
    writes = Writes()
    writes.failures = 1
    recorder = LastUsedRecorder(writes, timedelta(hours=1))
    with caplog.at_level(logging.ERROR):
        recorder.record(RUN)
        await until(lambda: "was not written" in caplog.text)

    recorder.record(RUN)

    await until(lambda: len(writes.seen) == 1)


@pytest.fixture
def row(storage: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A run in an empty registry."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    registry.cache_clear()
    registry().insert(
        Run(
            model="a",
            id=RUN,
            created=clock.now(),
            dataset=Dataset(blob="a.jsonl", etag="1"),
        )
    )
    yield RUN
    registry.cache_clear()


def test_last_use_never_moves_back(row: str) -> None:
    """Of two workers the one with the later use is right, in whatever order they write."""
    late = clock.now()
    early = late - timedelta(minutes=1)

    for used in (early, late, early):
        move_last_used_forward(row, used)

    assert registry().get(row).deployment.last_used == late
