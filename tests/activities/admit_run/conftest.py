"""A run beside the received one."""

from dataclasses import replace
from typing import Any

import pytest

from shared import clock
from shared.registry import Version, registry
from shared.registry.records import iso
from shared.registry.state import Phase
from shared.runs.orchestration import RunRef
from tests.activities.admit_run import Others, ago
from tests.activities.conftest import row


@pytest.fixture
def another(received: RunRef) -> Others:
    """Adds a run beside the received one, which stands in the line since an hour."""

    def add(name: str = "other", **values: object) -> Version:
        about: dict[str, Any] = {"phase": Phase.QUEUED, "queued": ago(1), **values}
        about = {"looked": iso(clock.now()), **about}
        added = replace(row(received), model=name, run=f"{name}-0123456789", **about)
        registry().insert(added)
        return added

    return add
