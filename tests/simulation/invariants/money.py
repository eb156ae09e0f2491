"""Nothing is paid for twice, and nothing costs money that nobody knows of."""

from collections import Counter

from shared.registry.state import Phase
from tests.simulation.evidence import Complaints, Evidence, tries
from tests.simulation.story import Fault

#: Phases in which a run has nothing at the service that costs money.
BARE = frozenset({Phase.REJECTED, Phase.CANCELLED, Phase.FAILED, Phase.ASLEEP})
DEPLOYED = frozenset({Phase.SERVING})
PROMPTS = 5  # that base and tuned model both answer


def one_paid_job_per_run(evidence: Evidence) -> Complaints:
    """At most one job is paid for each run; all others were cancelled."""
    for run, ids in _jobs_by_run(evidence, "cancelled", "failed").items():
        if len(ids) > 1:
            yield f"{run} paid for {len(ids)} jobs: {', '.join(ids)}"


def no_try_fails_twice(evidence: Evidence) -> Complaints:
    """A failed job is not repeated; only another attempt of the run creates one."""
    for run, ids in _jobs_by_run(evidence, "cancelled").items():
        row = evidence.row(run)
        begun = tries(row) if row else len(ids)
        if len(ids) > begun:
            yield f"{run} was tried {begun} times, with {len(ids)} jobs: {', '.join(ids)}"


def _jobs_by_run(evidence: Evidence, *without: str) -> dict[str, list[str]]:
    """Ids of the jobs that did not end so, by run."""
    found: dict[str, list[str]] = {}
    for job in evidence.jobs:
        if job["status"] not in without:
            run = str((job.get("metadata") or {}).get("tunedrop_run"))
            found.setdefault(run, []).append(str(job["id"]))
    return found


def one_copy_of_each_file(evidence: Evidence) -> Complaints:
    """Each file is at the service once, however often it was uploaded."""
    for name, count in Counter(evidence.files).items():
        if count > 1:
            yield f"{name} is at the service {count} times"


def no_unknown_file(evidence: Evidence) -> Complaints:
    """Every file at the service belongs to a run that the registry knows."""
    for name in evidence.files:
        if evidence.row(name.partition(".")[0]) is None:
            yield f"{name} is at the service, and there is no such run"


def no_answer_paid_twice(evidence: Evidence) -> Complaints:
    """The comparison sends each prompt once to each model, except after lost answers."""
    runs = sum("evaluating" in {phase for phase, _, _ in row.timeline} for row in evidence.rows)
    # Of a deleted run only the job is left.
    trained = [run for run in _jobs_by_run(evidence) if evidence.row(run) is None]
    runs += len(trained)
    chats = sum(r.path.endswith("/chat/completions") and r.effect == 200 for r in evidence.requests)
    # A chat of a user may be answered three times: the SDK asks again if an answer is lost.
    users = sum(3 if evidence.story.faults else 1 for _ in evidence.seen.chats)
    allowed = PROMPTS * 2 * runs + _looks(evidence) + users
    allowed += sum(_repeats(fault) for fault in evidence.story.faults)
    if chats > allowed:
        yield f"{chats} chats were answered, {allowed} were needed"


def nobody_asks_too_soon(evidence: Evidence) -> Complaints:
    """Only readiness probes and users send chats to a deployment that does not answer yet."""
    missed = sum(
        r.path.endswith("/chat/completions") and r.effect == 404 for r in evidence.requests
    )
    allowed = _looks(evidence) + sum(_repeats(fault) for fault in evidence.story.faults)
    allowed += sum(3 if evidence.story.faults else 1 for _ in evidence.seen.chats)
    if missed > allowed:
        yield f"{missed} chats asked for a deployment that is not there, {allowed} may"


def _looks(evidence: Evidence) -> int:
    """How often it was looked whether a deployment answers."""
    log = evidence.texts.get("host.log", b"").decode(errors="replace")
    return log.count("activity check_ready:")


def _repeats(fault: Fault) -> int:
    """How many more answers a fault may cost: all of a comparison, or the one that was lost."""
    at = str(fault.rule.get("at", ""))
    return PROMPTS * 2 if at.endswith(":concurrent") else int(fault.rule.get("times", 1))


def no_job_left_running(evidence: Evidence) -> Complaints:
    """After the end of the story, no job is running."""
    for job in evidence.jobs:
        if job["status"] not in ("succeeded", "failed", "cancelled"):
            yield f"job {job['id']} is still {job['status']}"


def no_unknown_deployment(evidence: Evidence) -> Complaints:
    """Every deployment at the service is in the registry."""
    known = {row.deployment.name for row in evidence.rows if row.deployment.name}
    for name in evidence.deployments.keys() - known:
        row = evidence.row(name)
        yield f"deployment {name} is at the service, but its run is {row and row.phase}"


def no_lost_deployment(evidence: Evidence) -> Complaints:
    """Every serving run has its deployment, with the model that was trained for it."""
    for row in evidence.rows:
        if row.phase in DEPLOYED or (row.deployment.name and row.phase == Phase.SUPERSEDED):
            model, state = evidence.deployments.get(row.id, ("none", "gone"))
            if (model, state) != (row.training.tuned_model, "Succeeded"):
                tuned = row.training.tuned_model
                yield f"{row.id} is {row.phase} with {tuned}, but has {model}, {state}"


def no_deployment_of_ended_run(evidence: Evidence) -> Complaints:
    """A run that ended without serving has no deployment."""
    for row in evidence.rows:
        if row.phase in BARE and (row.id in evidence.deployments or row.deployment.name):
            yield f"{row.id} is {row.phase} and has a deployment"
