"""What must hold after every run, whatever went wrong on the way."""

from collections.abc import Callable

from tests.simulation.evidence import Complaints, Evidence
from tests.simulation.invariants import lifecycle, money, notifications, runs, safety, waiting

RULES: tuple[Callable[[Evidence], Complaints], ...] = (
    money.one_job_paid,
    money.no_try_fails_twice,
    money.one_file_kept,
    money.no_unknown_file,
    money.no_answer_paid_twice,
    money.nobody_asks_too_soon,
    runs.phases_in_order,
    money.no_job_left_running,
    money.no_unknown_deployment,
    money.no_deployment_lost,
    money.nothing_costs_for_nothing,
    lifecycle.deleted_is_gone,
    lifecycle.no_request_is_left,
    lifecycle.accepted_requests_take_effect,
    lifecycle.requests_are_answered_plainly,
    lifecycle.waiting_chats_are_answered,
    safety.datasets_untouched,
    runs.everything_rests,
    runs.tries_are_asked_for,
    runs.nothing_fails_of_a_passing_fault,
    runs.every_dataset_has_its_run,
    runs.one_version_serves,
    waiting.nobody_waits_for_nothing,
    waiting.places_suffice,
    waiting.admitted_in_turn,
    notifications.notifications_keep_their_id,
    notifications.notifications_come_once,
    notifications.ends_are_notified,
    safety.nothing_in_use_deleted,
    safety.chats_answer_plainly,
    safety.no_secret_written,
    safety.no_bug_in_the_log,
)


def violations(evidence: Evidence) -> list[str]:
    """Every invariant that does not hold, as a sentence; empty if all is well."""
    return [f"{rule.__name__}: {one}" for rule in RULES for one in rule(evidence)]
