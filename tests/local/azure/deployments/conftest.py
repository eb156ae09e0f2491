"""The management SDK, for tests of deployments."""

from collections.abc import Iterator

import pytest
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

from tests.local.azure.credentials import KeyPolicy, NoCredential
from tests.local.azure.emulator import EmulatorClient


@pytest.fixture
def arm(azure: EmulatorClient) -> Iterator[CognitiveServicesManagementClient]:
    """The management SDK pointed at the emulator."""
    with CognitiveServicesManagementClient(
        NoCredential(), "sub", base_url=azure.url, authentication_policy=KeyPolicy()
    ) as client:
        yield client
