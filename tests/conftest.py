"""Fixtures that several folders of tests use: running services and the app's environment."""

import sys
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

from api.client_keys import client_keys
from shared.access import client_table, limits
from shared.billing.price_list import forget_list
from shared.billing.usage import counter, usage_table
from shared.deployments.daily_round import daily_rounds
from shared.deployments.last_used import last_used_recorder
from shared.registry import registry
from shared.settings import settings
from tests import services
from tests.container import Container

# A property holds or not, however slow or busy the machine is that looks for an example.
hypothesis.settings.register_profile(
    "any_machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any_machine")
APART = frozenset({"test_journeys.py", "test_time.py"})  # long tests that share nothing


# A test with one of these fixtures needs other processes, so it is not part of the fast tier.
PROCESSES = frozenset(
    {"azurite_server", "emulator_server", "shared_azure", "start", "here", "one_stage"}
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests into their tier, and keep those of a file on one worker: they share its servers."""
    for item in items:
        if PROCESSES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("services")
        if item.path.name not in APART:
            item.add_marker(pytest.mark.xdist_group(str(item.path)))


@pytest.fixture(scope="session")
def azurite_server() -> Iterator[services.Storage]:
    """One Azurite for the whole session."""
    with services.azurite_server() as server:
        yield server


@pytest.fixture
def storage(azurite_server: services.Storage) -> str:
    """The connection string of an empty storage account."""
    return azurite_server.fresh()


@pytest.fixture
def container(storage: str) -> Iterator[Container]:
    """The container `datasets` of the storage account, empty."""
    made = Container(storage)
    yield made
    made.close()


@pytest.fixture(scope="session")
def emulator_server() -> Iterator[services.Emulator]:
    """One emulated Azure OpenAI for the whole session, with its control API."""
    with services.emulator("--transitions", "immediate", "--control") as server:
        yield server


@pytest.fixture
def emulator(emulator_server: services.Emulator) -> services.Emulator:
    """The emulated Azure OpenAI, empty, every transition immediate."""
    emulator_server.control("reset")
    # A reset forgets what exists, not how things go on.
    emulator_server.control("transitions", {"all": "immediate"})
    return emulator_server


@pytest.fixture
def app(
    emulator: services.Emulator, storage: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """This process set up as the app: its environment points to the emulator and the storage."""
    environment = services.app_settings(emulator.url, storage)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    _forget()
    yield environment
    _forget()


def _forget() -> None:
    # What a process keeps of its environment until it ends.
    settings.cache_clear()
    registry.cache_clear()
    last_used_recorder.cache_clear()
    counter.cache_clear()
    usage_table.cache_clear()
    client_table.cache_clear()
    client_keys.cache_clear()
    limits.cache_clear()
    forget_list()
    daily_rounds.cache_clear()


_in_fast_test = False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Know whether the test that runs belongs to the fast tier."""
    global _in_fast_test
    _in_fast_test = item.get_closest_marker("services") is None
    try:
        return (yield)
    finally:
        _in_fast_test = False


def _keep_fast_tests_alone(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "subprocess.Popen" and _in_fast_test:
        raise RuntimeError(
            f"A test of the fast tier starts {arguments[0]!r}. Give it the marker `services`."
        )


sys.addaudithook(_keep_fast_tests_alone)
