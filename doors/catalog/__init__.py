"""Every HTTP function as its callers see it: the one table that the OpenAPI document shows."""

from doors.catalog import about, lifecycle, money, openai, runs, usage
from doors.catalog.door import Door

DOORS = (*openai.DOORS, *runs.DOORS, *lifecycle.DOORS, *money.DOORS, *usage.DOORS, *about.DOORS)

__all__ = ["DOORS", "Door"]
