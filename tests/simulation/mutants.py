"""What each activity does once it forgets to look: patches for the process of one broken app."""

from dataclasses import replace
from importlib import import_module
from types import ModuleType, SimpleNamespace
from typing import Any
from uuid import uuid4

from shared.notifications.events import Notification
from shared.registry import Run, registry
from shared.registry.state import Phase
from shared.runs.orchestration import CloseReason, RunRef


class _Activity:
    """An activity's module, of which only what is there can be replaced."""

    def __init__(self, module: ModuleType) -> None:
        self.__dict__["_module"] = module

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def __setattr__(self, name: str, value: object) -> None:
        # A name that nothing reads would leave the activity as it is.
        if not hasattr(self._module, name):
            raise AttributeError(f"{self._module.__name__} has no {name} to replace")
        setattr(self._module, name, value)


def _module(name: str) -> Any:
    return _Activity(import_module(f"activities.{name}"))


def runner() -> None:
    """A late duplicate is not turned away: it moves its run back."""
    activity = _module("_runner")

    def work(ref: RunRef, phase: Phase, body: Any, *_: object) -> Any:
        def enter(row: Run) -> Run:
            if row.phase == phase:
                return row
            return replace(row, phase=phase).add_note(activity.clock.now(), "")

        return activity._run_body(registry().change(ref.run, enter), body)

    activity._work = work


def upload_files() -> None:
    """It does not look for a file that an earlier call brought there."""
    activity = _module("upload_files")

    activity._usable = lambda _: []
    activity._reconcile = lambda filename: activity.files().find(filename)[-1]


def train_model() -> None:
    """It does not look for a job that an earlier call paid for."""
    activity = _module("train_model")

    def job(run: Run) -> Any:
        known = activity.jobs().get(run.training.job_id) if run.training.job_id else None
        return known or activity.jobs().create(activity._request(run))

    activity._job = job


def create_deployment() -> None:
    """It writes the deployment's name down after asking for it, not before."""
    activity = _module("create_deployment")

    put, named = activity._put, activity._set_name

    def late(run: Run) -> Any:
        activity._set_name = lambda row, *_: row
        try:
            return put(run)
        finally:
            activity._set_name = named

    activity._put = late


def evaluate_models() -> None:
    """It does not look for the answers that it has already."""
    activity = _module("evaluate_models")

    activity._load = lambda _: None


def promote_version() -> None:
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


def close_run() -> None:
    """It closes whatever try is at work, not the one that it was called for."""
    activity = _module("close_run")

    real = activity._close

    def close_current_try(closing: CloseReason) -> Any:
        return real(replace(closing, ref=registry().get(closing.ref.run).ref))

    activity._close = close_current_try


def retire_deployment() -> None:
    """It marks the row on evidence that is no longer true, whatever came in between."""
    activity = _module("retire_deployment")

    def mark_retiring(run: Run, _: object) -> Run:
        now = activity.clock.now()
        return registry().change(
            run.id,
            lambda row: row.enter_phase(Phase.ASLEEP, now).with_deployment(retiring=True),
        )

    activity._mark_retiring = mark_retiring


class _Newest:
    """The input container, in which a blob's ETag means nothing."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def chunks(self, blob: str, _: str | None) -> Any:
        return self._real.chunks(blob, None)


def validate_dataset() -> None:
    """It reads what the blob holds now, not the version that its run is about."""
    activity = _module("validate_dataset")

    real = activity.storage
    newest = SimpleNamespace(datasets=lambda: _Newest(real.datasets()), reports=real.reports)
    activity.storage = newest


def admit_run() -> None:
    """It does not keep the place in the line that an earlier look took."""
    activity = _module("admit_run")

    def join(row: Run) -> Run:
        return row.with_admission(queued_since=None, last_look=activity.clock.now())

    activity._join_queue = join


def check_ready() -> None:
    """It takes Resource Manager's word that the deployment answers."""
    activity = _module("check_ready")

    activity.probe = activity.record_own_chat = lambda *_, **__: None


def resume_version() -> None:
    """It gives the woken version its old place, whatever took the name meanwhile."""
    activity = _module("resume_version")

    wake, promotion = activity.wake, activity.promotion
    activity.wake = SimpleNamespace(**{**vars(wake), "phase_when_awake": lambda *_: Phase.SERVING})
    activity.promotion = SimpleNamespace(**{**vars(promotion), "settle": lambda *_: None})


def find_retirable() -> None:
    """It passes over what an earlier round has marked and not deleted."""
    activity = _module("find_retirable")

    activity.TRAINED = activity.TRAINED - {Phase.ASLEEP}


def find_notification() -> None:
    """It does not look whether the same was delivered before."""
    activity = _module("find_notification")

    real = activity.events

    def find_event(row: Run, source: str) -> Any:
        return real.find_event(replace(row, notifications=()), source)

    activity.events = SimpleNamespace(**{**vars(real), "find_event": find_event})


def send_notification() -> None:
    """Each delivery has an id of its own."""
    activity = _module("send_notification")

    real = activity.delivery.deliver

    def deliver(notification: Notification, row: Run | None) -> Any:
        return real(replace(notification, id=f"{notification.id}-{uuid4()}"), row)

    activity.delivery = SimpleNamespace(deliver=deliver)


def delete_resources() -> None:
    """It deletes the files that the rows know, and does not look for others."""
    activity = _module("delete_resources")

    def delete_known_files(removed: Any) -> Any:
        for one in removed.files:
            activity.files().delete(one)
        return removed

    activity._delete_files = delete_known_files
