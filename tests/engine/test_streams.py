"""Streams that end early on the real engine, whose front stands before the worker's server."""

import os
import signal
from pathlib import Path

import pytest

from tests.engine.conftest import worker_of
from tests.journeys.place import place
from tests.journeys.streams import app_stops, service_breaks_off
from tests.services import Emulator

pytestmark = pytest.mark.services


def test_early_ends(emulator: Emulator, storage: str, tmp_path: Path) -> None:
    """The service breaks off, or the worker is stopped: an event, and no proper end."""
    with place("engine", emulator, storage, tmp_path) as here:
        service_breaks_off(here)
        app_stops(here, lambda: os.kill(worker_of(here), signal.SIGTERM))
