"""The app that all clients chat with."""

from tests.doors.conftest import here as here
