"""The stand-in as a whole: its settings, its key, and what is left when a part does not start."""

import socket
import stat
from pathlib import Path

import pytest

from local.processes import StartError
from local.stack import Ports, StackConfig, _client_key, laptop_settings, stack
from shared.settings import Settings


def test_laptop_s_settings_are_good_settings() -> None:
    """The app accepts what the stand-in gives it, with waits of seconds and not of minutes."""
    found = Settings.read(laptop_settings("http://127.0.0.1:8081", "key"))

    assert found.client_keys == {"local": "key"}
    assert found.poll_max.total_seconds() <= 5
    assert {found.endpoint, found.arm_endpoint} == {"http://127.0.0.1:8081"}


def test_client_key_is_made_once_and_nobody_else_s(tmp_path: Path) -> None:
    """The key is long, kept for the next start, and readable by its owner only."""
    first, second = _client_key(tmp_path), _client_key(tmp_path)

    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE((tmp_path / "client-key").stat().st_mode) == 0o600


def test_default_ports_are_those_that_the_documents_name() -> None:
    """Host, emulator and Azurite have their known ports; free ones are zero."""
    assert Ports() == Ports(7071, 8081, 10000, 10001, 10002)
    assert Ports.free() == Ports(0, 0, 0, 0, 0)


@pytest.mark.services
def test_part_that_does_not_start_stops_the_others(tmp_path: Path) -> None:
    """If the emulator's port is taken, the error says so and storage is stopped again."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            blob = free.getsockname()[1]
        ports = Ports(0, taken.getsockname()[1], blob, 0, 0)

        with (
            pytest.raises(StartError, match="did not start"),
            stack(StackConfig(tmp_path, ports)),
        ):
            pass

    with socket.socket() as again:
        again.bind(("127.0.0.1", blob))
    assert (tmp_path / "emulator.log").read_text()
