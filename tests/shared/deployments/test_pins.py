"""Pins: until when, and what is no time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.deployments import pins
from shared.errors import RequestError
from shared.registry import Model, registry
from tests.runs import at

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def table(storage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process with an empty registry, at that time."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    monkeypatch.setattr("shared.clock.now", lambda: NOW)
    registry.cache_clear()


@pytest.mark.parametrize(
    ("until", "stored"),
    [
        (None, pins.FOR_GOOD),
        ("2026-11-25", "2026-11-26T00:00:00Z"),
        ("2026-12-24T18:00:00", "2026-12-24T18:00:00Z"),
        ("2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z"),
        ("2026-12-24T18:00:00+02:00", "2026-12-24T16:00:00Z"),
        ("2026-12-24T18:00:00 02:00", "2026-12-24T16:00:00Z"),
        ("2026-12-24t18:00:00z", "2026-12-24T18:00:00Z"),
        ("9999-12-31", "9999-12-31T23:59:59.999999Z"),
        ("9999-12-31T23:00:00-05:00", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_until_when(until: str | None, stored: str) -> None:
    """A date means its end, a time without a zone is UTC, a plus sign may have become a blank."""
    wanted = stored if stored == pins.FOR_GOOD else at(stored)

    assert pins.pin("a", until).pinned == wanted
    assert registry().model("a") == pins.pin("a", until)


@pytest.mark.parametrize("until", ["", "tomorrow", "2026-13-01", "2026-11-25T25:00:00Z"])
def test_what_is_no_time(until: str) -> None:
    """What is no time is 400 with the value, and pins nothing."""
    with pytest.raises(RequestError, match="ISO") as caught:
        pins.pin("a", until)

    assert (caught.value.status, caught.value.param) == (400, "until")
    assert f"until={until!r}" in str(caught.value)
    assert registry().model("a") is None


@pytest.mark.parametrize(
    "until", ["2026-11-25T11:59:59Z", "2026-11-24", "0001-01-01T00:00:00+05:00"]
)
def test_what_has_been(until: str) -> None:
    """A time that is past is 409, since it is more often a slip than a request."""
    with pytest.raises(RequestError, match="2026-11-25T12:00:00") as caught:
        pins.pin("a", until)

    assert (caught.value.status, caught.value.code) == (409, "until_past")
    assert registry().model("a") is None


def test_a_pin_ends() -> None:
    """A pin holds until its time, one for good always, none never."""
    model = pins.pin("a", "2026-11-26T12:00:00Z")

    held = [pins.is_pinned(model, NOW + timedelta(hours=hours)) for hours in (0, 23, 24, 25)]

    assert held == [True, True, False, False]
    assert pins.is_pinned(Model(model="a", pinned=pins.FOR_GOOD), NOW + timedelta(days=9999))
    assert not pins.is_pinned(pins.unpin("a"), NOW)
    assert not pins.is_pinned(None, NOW)


def test_unpinning_is_safe_to_repeat() -> None:
    """Taking away a pin that is not there changes nothing."""
    pins.pin("a", None)
    once = pins.unpin("a")

    assert pins.unpin("a") == once
