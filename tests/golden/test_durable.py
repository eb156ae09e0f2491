"""Every recorded scenario on the local host: equal, but for the listed deviations."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.golden import recordings, scenario_runs
from tests.golden.comparison import differences
from tests.golden.deviations import DEVIATIONS, PARALLEL

pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not recordings.FOLDER.exists(), reason=recordings.ABSENT),
]


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Path]:
    """The selected scenarios, run side by side on local hosts."""
    calls = [getattr(item, "callspec", None) for item in request.session.items]
    selected = [str(call.params["name"]) for call in calls if call and "name" in call.params]
    names = [name for name in recordings.names() if name in selected]
    return scenario_runs.run(names, tmp_path_factory.mktemp("golden"))


@pytest.mark.parametrize("name", recordings.names())
def test_scenario_runs_as_recorded(name: str, runs: Mapping[str, Path]) -> None:
    """A scenario shows what the real extension showed, but for the listed deviations."""
    recorded = recordings.read(recordings.FOLDER / f"{name}.json")
    local = recordings.read(runs[name])

    found = differences(recorded, local, parallel=name in PARALLEL)

    listed = [d for d in DEVIATIONS if d.scenario == name]
    may = {part for d in listed for part in d.parts}
    unexpected = [str(difference) for difference in found if difference.part not in may]
    assert not unexpected, "\n\n".join(unexpected)
    must = {part for d in listed if not d.racing for part in d.parts}
    unneeded = must - {difference.part for difference in found}
    assert not unneeded, f"no longer needed in deviations.py: {name} {sorted(unneeded)}"


def test_deviations_name_recorded_scenarios_and_reasons() -> None:
    """Every entry of the list is about a scenario that was recorded, and says why."""
    known = set(recordings.names())

    assert [d.scenario for d in DEVIATIONS if d.scenario not in known or len(d.reason) < 40] == []
