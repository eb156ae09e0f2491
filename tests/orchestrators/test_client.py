"""Instance ids, and what importing the client costs."""

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

from orchestrators import client
from shared.runs.orchestration import RunRef

ROOT = Path(__file__).parents[2]
#: What only activities, orchestrators or a running host need.
HEAVY = ("activities", "azure.durable_functions", "openai", "tiktoken", "aiohttp", "azure.data")
_IMPORT = "import sys, orchestrators.client; print(*sys.modules)"


def test_first_attempt_has_the_run_s_id() -> None:
    """The orchestration of a run is found by the run's id, as operators know it."""
    assert client.fine_tune_instance(RunRef("a-0123456789", "a")) == "a-0123456789"


def test_no_two_orchestrations_share_an_id() -> None:
    """Attempts, wakes, deployments and deletions of the same model never meet under one id."""
    refs = [RunRef("a-0123456789", "a", attempt) for attempt in (1, 2, 3)]
    ids = [
        *map(client.fine_tune_instance, refs),
        *map(client.wake_instance, refs),
        client.deploy_instance("a-0123456789"),
        client.delete_instance("a"),
        client.RETIRE_INSTANCE,
    ]

    assert all(one != other for one, other in combinations(ids, 2))


@pytest.mark.services
def test_importing_the_client_loads_nothing_heavy() -> None:
    """Every HTTP function starts orchestrations, so a cold start pays for what this imports."""
    answer = subprocess.run(
        [sys.executable, "-c", _IMPORT], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert [name for name in answer.stdout.split() if name.startswith(HEAVY)] == []
