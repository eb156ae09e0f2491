"""Streams that end early on the local host."""

from pathlib import Path

import pytest

from tests.journeys.place import place
from tests.journeys.streams import app_stops, service_breaks_off
from tests.services import Emulator

pytestmark = pytest.mark.services


def test_early_ends(emulator: Emulator, storage: str, tmp_path: Path) -> None:
    """The service breaks off, or the app is stopped: an event, and no proper end."""
    with place("local", emulator, storage, tmp_path) as here:
        service_breaks_off(here)
        app_stops(here, here.stop)
