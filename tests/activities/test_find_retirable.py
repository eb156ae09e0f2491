"""Which deployments the daily round looks at."""

from datetime import datetime

import pytest

from activities.find_retirable import LIMIT, find_retirable
from shared.registry import Run, registry
from shared.registry.parts import Dataset, Deployment
from shared.registry.state import TRAINED, Phase
from tests.runs import at


@pytest.fixture(autouse=True)
def table(storage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process with an empty registry."""
    monkeypatch.setenv("AzureWebJobsStorage", storage)
    registry.cache_clear()


def add(
    number: int, phase: Phase, *, deployment: str = "d", deployed: datetime | None = None
) -> str:
    """Add a run; return its id."""
    run = f"a-{number:010x}"
    registry().insert(
        Run(
            model="a",
            id=run,
            phase=phase,
            created=at(f"2026-11-25T03:04:{number:02}.000Z"),
            dataset=Dataset(blob="a.jsonl", etag="0x1"),
            deployment=Deployment(name=deployment, created=deployed),
        )
    )
    return run


def found() -> list[str]:
    """The ids that the round looks at."""
    return [one["run"] for one in find_retirable({})]


def test_resting_versions_with_a_deployment_are_looked_at() -> None:
    """Versions without a deployment, and runs at work, are none of the round's business."""
    wanted = {add(number, phase) for number, phase in enumerate(TRAINED)}
    for number, phase in enumerate(Phase, 10):
        add(number, phase, deployment="")
    add(40, Phase.DEPLOYING)
    add(41, Phase.EVALUATING)

    assert set(found()) == wanted


def test_longest_idle_comes_first_and_ten_are_enough() -> None:
    """A round looks at as many as a resource can have, beginning with the longest idle."""
    runs = [
        add(number, Phase.SERVING, deployed=at(f"2026-11-{28 - number:02}T00:00:00Z"))
        for number in range(LIMIT + 2)
    ]

    assert found() == runs[::-1][:LIMIT]
