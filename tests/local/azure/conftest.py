"""A running emulator for each test, and the real SDKs pointed at it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from openai import AzureOpenAI, OpenAI

from .emulator import DATED, KEY, EmulatorClient, run_emulator


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., EmulatorClient]]:
    """Starts emulators with the settings that a test gives; all share one state folder."""
    with ExitStack() as stack:

        def run(**settings: object) -> EmulatorClient:
            return stack.enter_context(run_emulator(tmp_path / "state", **settings))

        yield run


@pytest.fixture(scope="session")
def shared_azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmulatorClient]:
    """One emulator for the tests that need nothing special."""
    with run_emulator(tmp_path_factory.mktemp("azure")) as client:
        yield client


@pytest.fixture
def azure(shared_azure: EmulatorClient) -> Iterator[EmulatorClient]:
    """An empty emulator in which everything is immediate; its answers fit the specifications."""
    shared_azure.control("reset")
    yield shared_azure
    shared_azure.check()


@pytest.fixture
def openai(azure: EmulatorClient) -> Iterator[OpenAI]:
    """The openai SDK on the v1 API, which sends its key as a bearer token."""
    with OpenAI(base_url=f"{azure.url}/openai/v1/", api_key=KEY, max_retries=0) as client:
        yield client


@pytest.fixture
def dated_openai(azure: EmulatorClient) -> Iterator[AzureOpenAI]:
    """The openai SDK on the dated API, which sends its key as `api-key`."""
    with AzureOpenAI(
        azure_endpoint=azure.url, api_key=KEY, api_version=DATED, max_retries=0
    ) as client:
        yield client
