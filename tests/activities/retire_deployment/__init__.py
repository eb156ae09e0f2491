"""Retirement: three witnesses must agree, and whoever chats in between wins."""

from datetime import timedelta

from shared import clock
from shared.registry.records import iso
from tests.services import Emulator


def ago(days: float) -> str:
    """An ISO time that many days before now."""
    return iso(clock.now() - timedelta(days=days))


def names(emulator: Emulator) -> list[str]:
    """The deployments at the service."""
    return [one["name"] for one in emulator.look("state")["deployments"]]
