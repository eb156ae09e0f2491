"""What must hold after every run, whatever went wrong on the way."""

from collections.abc import Callable

from tests.simulation.evidence import Complaints, Evidence
from tests.simulation.invariants import (
    idleness,
    lifecycle,
    money,
    notifications,
    runs,
    safety,
    waiting,
)

RULES: tuple[Callable[[Evidence], Complaints], ...] = (
    money.one_paid_job_per_run,
    money.no_try_fails_twice,
    money.one_copy_of_each_file,
    money.no_unknown_file,
    money.no_answer_paid_twice,
    money.nobody_asks_too_soon,
    runs.phases_in_order,
    money.no_job_left_running,
    money.no_unknown_deployment,
    money.no_lost_deployment,
    money.no_deployment_of_ended_run,
    lifecycle.deleted_model_leaves_nothing,
    lifecycle.no_request_is_left,
    lifecycle.accepted_requests_take_effect,
    lifecycle.requests_are_answered_plainly,
    lifecycle.waiting_chats_get_an_answer,
    safety.no_dataset_changes,
    runs.every_run_settles,
    runs.no_try_without_drop,
    runs.no_failure_from_transient_fault,
    runs.every_dataset_has_its_run,
    runs.one_version_serves,
    waiting.no_wait_without_reason,
    waiting.places_suffice,
    waiting.admission_in_turn,
    notifications.notifications_keep_their_id,
    notifications.notifications_come_once,
    notifications.every_end_has_a_notification,
    safety.no_deletion_while_in_use,
    idleness.no_idle_deployment_unannounced,
    safety.chats_answer_plainly,
    safety.no_secret_leaks,
    safety.no_bug_in_the_log,
)


def violations(evidence: Evidence) -> list[str]:
    """Every invariant that does not hold, as a sentence; empty if all is well."""
    return [f"{rule.__name__}: {one}" for rule in RULES for one in rule(evidence)]
