"""Free ports."""

import socket

import pytest

from local.ports import free_port


def test_a_port_that_is_taken_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody listens on is not given out; the next guess is."""
    free = free_port()
    guesses = iter([free - 20_000, free - 20_000, *range(10_000)])
    monkeypatch.setattr("secrets.randbelow", lambda _: next(guesses))

    with socket.create_server(("127.0.0.1", free)):
        assert free_port() != free
