"""Rows of the registry as the bodies of answers. Pure functions."""

from datetime import datetime

from shared.registry.records import iso


def time(at: datetime | None) -> str | None:
    """A time as answers have it; None if it has not come."""
    return iso(at) if at else None
