"""Pins: models that are exempt from being deleted for idleness."""

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

from shared import clock
from shared.errors import NotFoundError, RequestError
from shared.registry import Model, Run, registry
from shared.registry.records import iso

FOR_GOOD: Literal["for good"] = "for good"
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def pin(name: str, until: str | None) -> Model:
    """Exempt a model from retirement. A later pin replaces an earlier one.

    Args:
        name: The model's name.
        until: ISO time, in UTC if it names no zone; or a date, whose end is meant; None for good.

    Raises:
        RequestError: 400 `until`, if it is no time; 409 `until_past`, if that has been.
    """
    end = FOR_GOOD if until is None else _future(until)
    return registry().change_model(name, lambda row: row.with_pin(end))


def guard(model: Model) -> Run | None:
    """Note a pin with the version that it protects, so that no retirement overlooks it.

    A retirement that read the pins before this one was written is about to claim the version's
    row as it was; this write makes that claim fail, and the next look finds the pin.

    Returns:
        The version's row, which says whether the retirement was faster; None if no version serves.
    """
    if not model.active:
        return None
    now = clock.now()
    until = end(model)
    note = f"pinned until {iso(until)}" if until else "pinned for good"
    try:
        return registry().change(model.active, lambda row: row.add_note(now, note))
    except NotFoundError:  # the model was deleted meanwhile
        return None


def unpin(name: str) -> Model:
    """Let the model be retired again; the count of its idle days was never stopped."""
    return registry().change_model(name, lambda row: row.with_pin(None))


def is_pinned(model: Model | None, now: datetime) -> bool:
    """Whether a model is pinned at that time."""
    if model is None or not model.pinned:
        return False
    until = end(model)
    return until is None or now < until


def end(model: Model) -> datetime | None:
    """When a pinned model is no longer pinned; None for never."""
    return None if model.pinned == FOR_GOOD else model.pinned


def _future(text: str) -> datetime:
    until = _time(text)
    now = clock.now()
    if until > now:
        return until
    raise RequestError(
        "until_past",
        f"until={text} is in the past; it is {iso(now)} now.",
        hint="Omit it to pin without end; DELETE models/{name}/pin removes the pin.",
        status=409,
        param="until",
    )


def _time(text: str) -> datetime:
    written = text.strip().upper()
    if "T" in written:
        # In a query an unescaped plus sign arrives as a blank.
        written = written.replace(" ", "+")
    try:
        found = datetime.fromisoformat(written)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return _end_of(found) if _DAY.fullmatch(written) else found.astimezone(UTC)
    except OverflowError:
        return _LAST if found.year > 1 else _FIRST
    except ValueError:
        raise RequestError(
            "until",
            f"until={text[:80]!r} is not an ISO date or time.",
            hint="For example until=2026-12-24 or until=2026-12-24T18:00:00Z.",
            param="until",
        ) from None


def _end_of(day: datetime) -> datetime:
    return day + timedelta(days=1)
