"""Activities that forgot to look for their own effect, one at a time: what the simulation is for.

`folder` writes an app that loads the real one and breaks it, so that the app itself knows nothing
of this. Each break has a short story in which the forgotten look costs something.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from local.processes import ROOT
from shared.pipeline import Closing, Phase, RunRef
from shared.registry import Version, registry
from tests.simulation.story import Deed, Fault, Story

SCRIPT = "broken_app.py"
AT_ONCE = dict.fromkeys(("file", "queue", "job", "deployment", "ready", "delete"), "immediate")
SLOW = {**AT_ONCE, "job": "seconds:300"}
_JOBS = "request:POST:/openai/v1/fine_tuning/jobs:after"
_PUT = "request:PUT:*/deployments/*:after"
_APP = '''"""The app, with {name} broken."""

import sys

sys.path.append({root!r})

from function_app import app  # noqa: E402, F401
from tests.simulation.broken import BREAKS  # noqa: E402

BREAKS[{name!r}].apply()
'''


@dataclass(frozen=True)
class Break:
    """A look that is patched away.

    Attributes:
        apply: Breaks the activity in this process.
        story: One that ends well with the real activity, and not with the broken one.
        rule: The invariant that does not hold then.
    """

    apply: Callable[[], None]
    story: Story
    rule: str


def folder(name: str, parent: Path) -> Path:
    """Write the app in which `name` is broken; the host needs `PYTHON_SCRIPT_FILE_NAME` for it."""
    made = parent / f"app-{name}"
    made.mkdir(parents=True, exist_ok=True)
    (made / SCRIPT).write_text(_APP.format(name=name, root=str(ROOT)))
    (made / "host.json").write_text((ROOT / "host.json").read_text())
    return made


def _module(name: str) -> Any:
    return import_module(f"activities.{name}")


def _step() -> None:
    """A late duplicate is not turned away: it moves its run back."""
    activity = _module("step")

    def work(ref: RunRef, phase: Phase, body: Any, *_: object) -> Any:
        def enter(row: Version) -> Version:
            return row if row.phase == phase else row.entered(phase, activity.clock.now())

        return activity._done(registry().change(ref.run, enter), body)

    activity._work = work


def _upload_files() -> None:
    """It does not look for a file that an earlier call brought there."""
    activity = _module("upload_files")

    activity._usable = lambda _: []
    activity._reconciled = lambda filename: activity.files().find(filename)[-1]


def _train_model() -> None:
    """It does not look for a job that an earlier call paid for."""
    activity = _module("train_model")

    def job(version: Version) -> Any:
        known = activity.jobs().get(version.job) if version.job else None
        return known or activity.jobs().create(activity._request(version))

    activity._job = job


def _create_deployment() -> None:
    """It writes the deployment's name down after asking for it, not before."""
    activity = _module("create_deployment")

    put, named = activity._put, activity._named

    def late(version: Version) -> Any:
        activity._named = lambda row, *_: row
        try:
            return put(version)
        finally:
            activity._named = named

    activity._put = late


def _evaluate_models() -> None:
    """It does not look for the answers that it has already."""
    activity = _module("evaluate_models")

    activity._begun = lambda _: None


def _promote_version() -> None:
    """It switches the name whether or not that points to its version already."""
    activity = _module("promote_version")

    real = activity.promote_version

    def again(payload: object) -> Any:
        ref = RunRef.from_dict(payload)
        model = registry().model(ref.model)
        if model is not None:
            registry().put_model(model, replace(model, active=ref.run, previous=model.active))
        return real(payload)

    activity.promote_version = again


def _close_run() -> None:
    """It closes whatever try is at work, not the one that it was called for."""
    activity = _module("close_run")

    real = activity._close

    def whatever(closing: Closing) -> Any:
        return real(replace(closing, ref=registry().get(closing.ref.run).ref))

    activity._close = whatever


def _retire_deployment() -> None:
    """It marks the row on the evidence of a moment ago, whatever came in between."""
    activity = _module("retire_deployment")

    def marked(version: Version, _: object) -> Version:
        now = activity.clock.now()
        return registry().change(
            version.run, lambda row: replace(row.entered(Phase.ASLEEP, now), retiring=True)
        )

    activity._marked = marked


def _story(*parts: Deed | Fault, slow: bool = False, idle_days: float = 0.0) -> Story:
    return Story(
        seed=0,
        source="EventGrid",
        transitions=SLOW if slow else AT_ONCE,
        deeds=(Deed("drop", "travel", 1, words=1), *(p for p in parts if isinstance(p, Deed))),
        faults=tuple(part for part in parts if isinstance(part, Fault)),
        idle_days=idle_days,
    )


def _fault(kind: str, at: str) -> Fault:
    return Fault(kind, {"at": at})


_SECOND = Deed("drop", "travel", 60, words=2)
BREAKS = {
    "step": Break(
        _step, _story(_fault("duplicate", "activity:promote_version:twice")), "phases_in_order"
    ),
    "upload_files": Break(
        _upload_files, _story(_fault("crash", "request:POST:*/files:after")), "one_file_kept"
    ),
    "train_model": Break(_train_model, _story(_fault("crash", _JOBS)), "one_job_paid"),
    "create_deployment": Break(
        _create_deployment,
        _story(Deed("cancel", "travel", during=_PUT), _fault("crash", _PUT)),
        "no_unknown_deployment",
    ),
    "evaluate_models": Break(
        _evaluate_models,
        _story(_fault("duplicate", "activity:evaluate_models:twice")),
        "no_answer_paid_twice",
    ),
    "promote_version": Break(
        _promote_version,
        _story(_SECOND, Fault("duplicate", {"at": "activity:promote_version:twice", "skip": 1})),
        "one_version_serves",
    ),
    "close_run": Break(
        _close_run,
        _story(
            Deed("cancel", "travel", 100),
            Deed("drop", "travel", 101, during="activity:close_run:after", words=1),
            _fault("fail", "activity:close_run:after"),
            slow=True,
        ),
        "every_dataset_has_its_run",
    ),
    "retire_deployment": Break(
        _retire_deployment,
        _story(
            Deed("chat", "travel", 61, during="request:POST:*/metrics:getBatch:after", skip=24),
            idle_days=16.5,
        ),
        "nothing_in_use_deleted",
    ),
}
