"""Activities that forgot to look for their own effect, one at a time: what the simulation is for.

`folder` writes an app that loads the real one and breaks it, so that the app itself knows nothing
of this. Each break has a short story in which the forgotten look costs something.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.processes import ROOT
from tests.simulation import mutants
from tests.simulation.story import Action, Fault, Story
from tests.simulation.world import World

SCRIPT = "broken_app.py"
AT_ONCE = dict.fromkeys(("file", "queue", "job", "deployment", "ready", "delete"), "immediate")
SLOW = {**AT_ONCE, "job": "seconds:300"}
_JOBS = "request:POST:/openai/v1/fine_tuning/jobs:after"
_FILES = "request:POST:*/files:after"
_PUT = "request:PUT:*/deployments/*:after"
DAY = 86400.0
_APP = '''"""The app, with {name} broken."""

import sys

sys.path.append({root!r})

from function_app import app  # noqa: E402, F401
from tests.simulation.mutant_stories import MUTANTS  # noqa: E402

MUTANTS[{name!r}].apply()
'''


@dataclass(frozen=True)
class Mutant:
    """A look that is patched away.

    Attributes:
        apply: Breaks the activity in this process.
        story: One that ends well with the real activity, and not with the broken one.
        rule: The invariant that does not hold then.
    """

    apply: Callable[[], None]
    story: Story
    rule: str


def write_app(name: str, parent: Path) -> Path:
    """Write the app in which `name` is broken; the host needs `PYTHON_SCRIPT_FILE_NAME` for it."""
    made = parent / f"app-{name}"
    made.mkdir(parents=True, exist_ok=True)
    (made / SCRIPT).write_text(_APP.format(name=name, root=str(ROOT)))
    (made / "host.json").write_text((ROOT / "host.json").read_text())
    return made


def _story(
    *parts: Action | Fault, world: World | None = None, idle_days: float = 0.0, **slow: str
) -> Story:
    """A story of the dataset `brolly`; `slow` says what takes its time at the service."""
    return Story(
        seed=0,
        source="EventGrid",
        transitions={**AT_ONCE, **slow},
        actions=(
            Action("drop", "brolly", 1, words=1),
            *(p for p in parts if isinstance(p, Action)),
        ),
        faults=tuple(part for part in parts if isinstance(part, Fault)),
        idle_days=idle_days,
        world=world or World(),
    )


def _fault(kind: str, at: str, **more: Any) -> Fault:
    return Fault(kind, {"at": at, **more})


_SECOND = Action("drop", "brolly", 60, words=2)
MUTANTS = {
    "_runner": Mutant(
        mutants.runner,
        _story(_fault("duplicate", "activity:promote_version:twice")),
        "phases_in_order",
    ),
    "validate_dataset": Mutant(
        mutants.validate_dataset,
        _story(Action("drop", "brolly", 2, during="activity:validate_dataset:before", words=2)),
        "every_dataset_has_its_run",
    ),
    "admit_run": Mutant(
        mutants.admit_run,
        _story(
            # The second looks for a place between the third's two looks, and the other way round.
            Action("drop", "hotel", 60, words=2),
            Action("drop", "bank", 900, words=3),
            world=World({"EVICT_AFTER": "1h"}, places=1),
        ),
        "admission_in_turn",
    ),
    "upload_files": Mutant(
        mutants.upload_files,
        _story(_fault("crash", _FILES)),
        "one_copy_of_each_file",
    ),
    "train_model": Mutant(
        mutants.train_model, _story(_fault("crash", _JOBS)), "one_paid_job_per_run"
    ),
    "create_deployment": Mutant(
        mutants.create_deployment,
        _story(Action("cancel", "brolly", during=_PUT), _fault("crash", _PUT)),
        "no_unknown_deployment",
    ),
    "check_ready": Mutant(mutants.check_ready, _story(ready="seconds:900"), "nobody_asks_too_soon"),
    "evaluate_models": Mutant(
        mutants.evaluate_models,
        _story(_fault("duplicate", "activity:evaluate_models:twice")),
        "no_answer_paid_twice",
    ),
    "promote_version": Mutant(
        mutants.promote_version,
        _story(_SECOND, _fault("duplicate", "activity:promote_version:twice", skip=1)),
        "one_version_serves",
    ),
    "resume_version": Mutant(
        mutants.resume_version,
        _story(
            Action("drop", "brolly", 17 * DAY, words=2),
            Action("wake", "brolly", 17 * DAY + 120),
            deployment="seconds:600",
        ),
        "one_version_serves",
    ),
    "close_run": Mutant(
        mutants.close_run,
        _story(
            Action("cancel", "brolly", 100),
            Action("drop", "brolly", 101, during="activity:close_run:after", words=1),
            _fault("fail", "activity:close_run:after"),
            job=SLOW["job"],
        ),
        "every_dataset_has_its_run",
    ),
    "find_retirable": Mutant(
        mutants.find_retirable,
        # The deletion that is begun cannot be ended for longer than the round waits for it.
        _story(
            Action("event", "brolly", 18 * DAY),
            Fault(
                "service",
                {"method": "DELETE", "path": "*/deployments/*", "status": 503, "times": 16},
            ),
        ),
        "no_deployment_of_ended_run",
    ),
    "retire_deployment": Mutant(
        mutants.retire_deployment,
        _story(
            Action(
                "chat",
                "brolly",
                61,
                during="request:GET:*/Microsoft.Insights/metrics:after",
                skip=24,
            ),
            idle_days=16.5,
        ),
        "no_deletion_while_in_use",
    ),
    "delete_resources": Mutant(
        mutants.delete_resources,
        _story(
            Action("cancel", "brolly", during=_FILES),
            Action("delete", "brolly", 3600),
            _fault("crash", _FILES),
        ),
        "no_unknown_file",
    ),
    "find_notification": Mutant(
        mutants.find_notification,
        _story(Action("event", "brolly", 18 * DAY), world=World(refusals=0)),
        "notifications_come_once",
    ),
    "send_notification": Mutant(
        mutants.send_notification, _story(world=World(refusals=1)), "notifications_keep_their_id"
    ),
}
#: Activities without an effect that could come twice, and why.
WITHOUT_MUTANT = {
    "log_retirement": (
        "It writes a line into the log. What the service says of the end of a model goes into a "
        "row by a change of the newest row, and is the same however often it is asked."
    ),
}
