"""A running emulator for each test, and the real SDKs pointed at it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from openai import AzureOpenAI, OpenAI

from .emulated import DATED, KEY, Emulated, emulated


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Emulated]]:
    """Starts emulators with the settings that a test gives; all share one state folder."""
    with ExitStack() as stack:

        def run(**settings: object) -> Emulated:
            return stack.enter_context(emulated(tmp_path / "state", **settings))

        yield run


@pytest.fixture(scope="session")
def shared_azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    """One emulator for the tests that need nothing special."""
    with emulated(tmp_path_factory.mktemp("azure")) as client:
        yield client


@pytest.fixture
def azure(shared_azure: Emulated) -> Iterator[Emulated]:
    """An empty emulator in which everything is immediate; its answers fit the specifications."""
    shared_azure.control("reset")
    yield shared_azure
    shared_azure.check()


@pytest.fixture
def openai(azure: Emulated) -> Iterator[OpenAI]:
    """The openai SDK on the v1 plane, which sends its key as a bearer token."""
    with OpenAI(base_url=f"{azure.url}/openai/v1/", api_key=KEY, max_retries=0) as client:
        yield client


@pytest.fixture
def dated(azure: Emulated) -> Iterator[AzureOpenAI]:
    """The openai SDK on the dated plane, which sends its key as `api-key`."""
    with AzureOpenAI(
        azure_endpoint=azure.url, api_key=KEY, api_version=DATED, max_retries=0
    ) as client:
        yield client
