"""As many random runs as fit into half a minute."""

import os
from pathlib import Path

import pytest

from tests.simulation.reporting import summary
from tests.simulation.sweep import sweep

pytestmark = pytest.mark.services

SEED = int(os.environ.get("SIMULATION_SEED", "1"))
RUNS = 80
JOBS = 2
SECONDS = 30.0  # after which no run begins; a slow machine does fewer


def test_every_invariant_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever crashes, is lost, comes twice or is cancelled: nothing is paid for or lost by it."""
    done = sweep(tmp_path, SEED, RUNS, jobs=JOBS, seconds=SECONDS)

    with capsys.disabled():
        print(f"\n{done.failed or summary(done.runs, done.seconds, done.starts, SEED)}")
    assert done.failed == ""
    assert done.runs > 0
