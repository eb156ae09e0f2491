"""The app that all clients chat with."""

from tests.api.conftest import here as here
