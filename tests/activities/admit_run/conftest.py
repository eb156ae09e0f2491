"""A run beside the received one."""

from typing import Any

import pytest

from shared import clock
from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.runs.orchestration import RunRef
from tests.activities.admit_run import Others, ago
from tests.activities.conftest import row
from tests.runs import change_run


@pytest.fixture
def another(received_run: RunRef) -> Others:
    """Adds a run beside the received one, which stands in the line since an hour."""

    def add(name: str = "other", **values: object) -> Run:
        about: dict[str, Any] = {"phase": Phase.QUEUED, "admission_queued_since": ago(1), **values}
        about = {"admission_last_look": clock.now(), **about}
        added = change_run(row(received_run), model=name, id=f"{name}-0123456789", **about)
        registry().insert(added)
        return added

    return add
