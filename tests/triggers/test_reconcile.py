"""What a crash interrupted is resumed once a day, without another request."""

from dataclasses import replace
from pathlib import Path

import pytest
from azure.data.tables import TableServiceClient

from shared.registry import Model, Run
from shared.registry.state import Phase
from shared.registry.table import TABLE, Registry
from tests.api.endpoints.test_wake import BASE_MODEL, until
from tests.journeys.place import place
from tests.journeys.steps import daily_round
from tests.runs import at, make_run
from tests.services import Emulator

pytestmark = pytest.mark.services

OLD = "2026-11-01T00:00:00.000Z"


def _seed(rows: Registry, name: Model, **values: object) -> Run:
    """A version that a model points to, and that sleeps unless the values say otherwise."""
    model = name.model
    known = {"phase": Phase.ASLEEP, "created": OLD}
    run = make_run(model=model, id=f"{model}-0123456789", **{**known, **values})
    rows.insert(run)
    rows.put_model(None, replace(name, active=run.id))
    return rows.get(run.id)


def test_the_daily_timer_resumes_it(emulator: Emulator, storage: str, tmp_path: Path) -> None:
    """A deletion and a switch that were only written down are carried out, and a lost run ends."""
    with (
        TableServiceClient.from_connection_string(storage) as tables,
        place("local", emulator, storage, tmp_path) as here,
    ):
        rows = Registry(tables.create_table_if_not_exists(TABLE))
        deleted = _seed(rows, Model(model="deleted", deleting=at(OLD)), deleting_since=OLD)
        name = Model(model="switched", wanted="switched-0123456789")
        switched = _seed(rows, name, training_tuned_model=BASE_MODEL)
        lost = _seed(rows, Model(model="lost"), phase=Phase.QUEUED, cancel_requested=OLD)

        daily_round(here)

        until(lambda: rows.find(deleted.id) is None)
        until(lambda: rows.get(switched.id).phase == Phase.SERVING)
        until(lambda: rows.get(lost.id).phase == Phase.CANCELLED)
        woken = rows.model("switched")
        assert woken is not None
        assert (woken.active, woken.wanted) == (switched.id, "")
