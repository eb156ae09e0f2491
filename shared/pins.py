"""Pins: models that are exempt from being deleted for idleness."""

import re
from datetime import UTC, datetime, timedelta

from shared import clock
from shared.errors import RequestError
from shared.registry import Model, registry
from shared.registry.rows import iso, when

FOR_GOOD = "for good"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def pin(name: str, until: str | None) -> Model:
    """Exempt a model from retirement. A later pin replaces an earlier one.

    Args:
        name: The model's name.
        until: ISO time, in UTC if it names no zone; or a date, whose end is meant; None for good.

    Raises:
        RequestError: 400 `until`, if it is no time, or a past one.
    """
    text = FOR_GOOD if until is None else iso(_future(until))
    return registry().change_model(name, lambda row: row.pinned_until(text))


def unpin(name: str) -> Model:
    """Let the model be retired again; the count of its idle days was never stopped."""
    return registry().change_model(name, lambda row: row.pinned_until(""))


def holds(model: Model | None, now: datetime) -> bool:
    """Whether a model is pinned at that time."""
    if model is None or not model.pinned:
        return False
    until = end(model)
    return until is None or now < until


def end(model: Model) -> datetime | None:
    """When a pinned model is no longer pinned; None for never."""
    return None if model.pinned == FOR_GOOD else when(model.pinned)


def _future(text: str) -> datetime:
    until = _time(text)
    now = clock.now()
    if until > now:
        return until
    raise RequestError(
        "until",
        f"until={text} is in the past; it is {iso(now)} now.",
        hint="Leave it out to pin for good; DELETE models/{name}/pin takes a pin away.",
        param="until",
    )


def _time(text: str) -> datetime:
    # In a query an unescaped plus sign arrives as a blank.
    written = text.strip().replace(" ", "+") if "T" in text else text.strip()
    try:
        found = datetime.fromisoformat(written)
        if _DAY.fullmatch(written):
            found += timedelta(days=1)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise RequestError(
            "until",
            f"until={text[:80]!r} is no ISO date or time.",
            hint="For example until=2026-12-24 or until=2026-12-24T18:00:00Z.",
            param="until",
        ) from None
