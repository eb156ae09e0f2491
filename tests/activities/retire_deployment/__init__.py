"""Retirement: three witnesses must agree, and whoever chats in between wins."""

from datetime import datetime, timedelta

from shared import clock
from tests.services import Emulator


def ago(days: float) -> datetime:
    """A time that many days before now."""
    return clock.now() - timedelta(days=days)


def names(emulator: Emulator) -> list[str]:
    """The deployments at the service."""
    return [one["name"] for one in emulator.look("state")["deployments"]]
