"""A deployment that nobody uses."""

import pytest

from shared.runs.orchestration import RunRef
from tests.activities.conftest import change
from tests.activities.retire_deployment import ago


@pytest.fixture
def idle(serving: RunRef) -> RunRef:
    """A serving run that nobody has used since it was deployed 16 days ago."""
    change(serving, deployment_created=ago(16), deployment_live_since=ago(16))
    return serving
