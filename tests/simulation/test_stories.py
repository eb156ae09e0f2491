"""Stories that once ended badly, each the shortest that a sweep came down to."""

import pytest

from tests.simulation.drawing import METRICS_REFUSED
from tests.simulation.mutant_stories import AT_ONCE, SLOW
from tests.simulation.run import run
from tests.simulation.services import Services
from tests.simulation.story import Action, Fault, Story
from tests.simulation.world import World

MODELS = "*/accounts/*/models"
BASE_GONE = {
    "method": "POST",
    "path": "*/chat/completions",
    "status": 404,
    "body": {"error": {"code": "DeploymentNotFound", "message": "It was deleted."}},
}

pytestmark = pytest.mark.services

STORIES = {
    # The second try was never begun: the orchestration that had closed the first was alive still.
    "dropped again while the run is closed": Story(
        seed=0,
        source="EventGrid",
        transitions=SLOW,
        actions=(
            Action("drop", "brolly", 1, words=1),
            Action("cancel", "brolly", 100),
            Action("drop", "brolly", 101, during="activity:close_run:after", words=1),
        ),
    ),
    # The event began a new try of the cancelled run, as if somebody had dropped its bytes again.
    "an event that comes again after the run was cancelled": Story(
        seed=0,
        source="EventGrid",
        transitions=SLOW,
        actions=(
            Action("drop", "brolly", 1, words=1),
            Action("cancel", "brolly", 100),
            Action("event", "brolly", 8000),
        ),
    ),
    # The activity that finds notifications failed once, and none was sent.
    "finding a notification fails once": Story(
        seed=0,
        source="EventGrid",
        transitions=AT_ONCE,
        actions=(Action("drop", "brolly", 1, words=1, flaw="rai"),),
        faults=(Fault("fail", {"at": "activity:find_notification:after"}),),
        world=World(refusals=0),
    ),
    # Nobody took up a dataset whose event was lost, or whose event failed five times.
    "an event that gets lost": Story(
        seed=0,
        source="EventGrid",
        transitions=AT_ONCE,
        actions=(
            Action("drop", "brolly", 1, words=1),
            Action("drop", "brolly", 7200, words=2, event_lost=True),
        ),
    ),
    "storage is away for longer than a drop is tried": Story(
        seed=0,
        source="LogsAndContainerScan",
        transitions=AT_ONCE,
        actions=(Action("drop", "brolly", 1, words=1),),
        faults=(
            Fault("fail", {"at": "request:*:*/datasets/*:before", "message": "503", "times": 15}),
        ),
    ),
    # It was said to be active already, and nobody woke it.
    "a rollback asked again after weeks of sleep": Story(
        seed=0,
        source="EventGrid",
        transitions=AT_ONCE,
        actions=(
            Action("drop", "bank", 1, words=1),
            Action("drop", "bank", 7200, words=2),
            Action("rollback", "bank", 16000),
            Action("rollback", "bank", 1_485_000),
        ),
    ),
    # The run failed, as if its app had no identity at all.
    "whoever gives tokens is away": Story(
        seed=0,
        source="EventGrid",
        transitions=AT_ONCE,
        actions=(Action("drop", "games", 1, words=1),),
        faults=(
            Fault(
                "service",
                {"method": "*", "path": "*", "when": "after", "times": 3, "status": 409},
            ),
        ),
    ),
    # Who made room had a deployment in its row until the next daily round, and its hours counted.
    "a deployment that makes room takes its time to go": Story(
        seed=0,
        source="EventGrid",
        transitions={**AT_ONCE, "delete": "seconds:45"},
        actions=(Action("drop", "brolly", 1, words=1), Action("drop", "hotel", 60, words=2)),
        world=World({"EVICT_AFTER": "1h"}, places=1),
    ),
    # The verdict of each day was an error that nobody saw, and a deletion was announced for ever.
    "metrics are refused for weeks": Story(
        seed=2,
        source="EventGrid",
        transitions=AT_ONCE,
        actions=(Action("drop", "brolly", 1, words=1),),
        faults=(METRICS_REFUSED,),
        idle_days=20,
        world=World(refusals=0),
    ),
    # What it offers is then read from the data file; nothing waits for it.
    "the account's list of models is away": Story(
        seed=3,
        source="EventGrid",
        transitions=AT_ONCE,
        actions=(Action("drop", "brolly", 1, words=1),),
        faults=(Fault("service", {"method": "GET", "path": MODELS, "status": 503, "times": 0}),),
        world=World(refusals=0),
    ),
    # The readiness of the tuned model was seen; then the base that it is compared with is gone.
    "the base is gone in the middle of the comparison": Story(
        seed=4,
        source="EventGrid",
        transitions=AT_ONCE,
        actions=(Action("drop", "brolly", 1, words=1),),
        faults=(Fault("service", {**BASE_GONE, "skip": 3, "times": 0}),),
        world=World(refusals=0),
    ),
    # It comes too late, and its answer says so.
    "a pin while the idle deployment is deleted": Story(
        seed=0,
        source="EventGrid",
        transitions=AT_ONCE,
        actions=(
            Action("drop", "bank", 1, words=1),
            Action("pin", "bank", during="request:DELETE:*/deployments/*:before"),
            Action("event", "bank", 1_485_000),
        ),
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_ends_well_now(name: str, here: Services) -> None:
    """Every invariant holds after a story that once broke one."""
    verdict = run(here, STORIES[name])

    assert verdict.complaints == [], verdict.log
    assert verdict.skipped == []
