"""Training: one paid job per run, whatever is delivered twice or lost on the way."""

import json

import pytest

from activities import billing
from activities.train_model import train_model
from activities.upload_files import upload_files
from shared import clock, intake
from shared.clients.jobs import jobs
from shared.money.spending import spent
from shared.pipeline import RunRef
from shared.registry.rows import iso
from tests.activities.calls import at_once, call, settled
from tests.activities.conftest import Advance, change, dropped, job_request, row
from tests.container import TRAVEL, Container
from tests.services import Emulator
from tests.shared.validation.rows import GRADER, graded, lines, preference

CREATE = {"method": "POST", "path": "*/fine_tuning/jobs"}
AGE = 130.0  # seconds; a little more than CLAIM_AGE


def states(emulator: Emulator) -> list[str]:
    """The states of all jobs at the service, oldest first."""
    return [job["status"] for job in reversed(emulator.look("state")["jobs"])]


def paid(emulator: Emulator) -> int:
    """How many jobs run or have succeeded."""
    return sum(state not in ("failed", "cancelled") for state in states(emulator))


def marked(container: Container, mark: str) -> RunRef:
    """A run whose dataset has a mark that the emulator knows, uploaded."""
    data = TRAVEL.replace(b"travel", mark.encode(), 1)
    ref = dropped(container, data)
    settled(upload_files, ref)
    return ref


def test_job_is_created_and_kept(uploaded: RunRef, emulator: Emulator) -> None:
    """The job succeeds, and the row knows the job, its model and its tokens."""
    outcome = settled(train_model, uploaded)

    job = emulator.look("state")["jobs"][0]
    now = row(uploaded)
    assert outcome.result == "done"
    assert (now.job, now.job_status) == (job["id"], "succeeded")
    assert now.tuned_model == job["fine_tuned_model"]
    assert now.trained_tokens == job["trained_tokens"] > 0
    assert (job["training_file"], job["metadata"]) == (
        now.training_file,
        {"tunedrop_run": uploaded.run},
    )


def test_options_of_the_dataset_reach_the_job(
    uploaded: RunRef, container: Container, emulator: Emulator
) -> None:
    """Suffix, seed, training type and hyperparameters are those of `<name>.tune.json`."""
    tune = {
        "suffix": "rome",
        "seed": 7,
        "training_type": "Developer",
        "hyperparameters": {"n_epochs": 2},
    }
    container.put("travel.tune.json", json.dumps(tune).encode())

    settled(train_model, uploaded)

    job = emulator.look("state")["jobs"][0]
    assert (job["seed"], job["suffix"]) == (7, "rome")
    assert job["trainingType"].lower().startswith("developer")
    assert job["method"]["supervised"]["hyperparameters"]["n_epochs"] == 2


@pytest.mark.usefixtures("app")
def test_preferences_are_trained_as_such(container: Container, emulator: Emulator) -> None:
    """A dataset that was validated for DPO becomes a job for DPO."""
    data = lines(*map(preference, range(12)))
    ref = dropped(container, data)
    change(ref, method="dpo")
    settled(upload_files, ref)

    outcome = settled(train_model, ref)

    assert outcome.result == "done"
    assert emulator.look("state")["jobs"][0]["method"]["type"] == "dpo"


@pytest.mark.usefixtures("app")
def test_grader_reaches_the_job(container: Container, emulator: Emulator) -> None:
    """A dataset that was validated for RFT becomes such a job, with its grader under a name."""
    nameless = {key: value for key, value in GRADER.items() if key != "name"}
    container.put("travel.tune.json", json.dumps({"grader": nameless}).encode())
    container.put("travel.validation.jsonl", lines(*map(graded, range(20, 40))))
    ref = dropped(container, lines(*map(graded, range(12))))
    change(ref, method="rft", base_model="o4-mini-2025-04-16")
    settled(upload_files, ref)

    outcome = settled(train_model, ref)

    method = emulator.look("state")["jobs"][0]["method"]
    assert outcome.result == "done"
    assert method["reinforcement"]["grader"] == {**GRADER, "name": "travel"}


def reasoning(container: Container) -> RunRef:
    """A run whose file is ready to be trained on by RFT."""
    container.put("travel.tune.json", json.dumps({"grader": GRADER}).encode())
    container.put("travel.validation.jsonl", lines(*map(graded, range(20, 40))))
    ref = dropped(container, lines(*map(graded, range(12))))
    change(ref, method="rft", base_model="o4-mini-2025-04-16", training_type="GlobalStandard")
    settled(upload_files, ref)
    return ref


@pytest.mark.usefixtures("app")
def test_training_by_the_hour_notes_its_hours(container: Container, emulator: Emulator) -> None:
    """What is charged comes from the job's own event, and agrees with the service's bill."""
    ref = reasoning(container)
    emulator.control("transitions", {"job": "seconds:5400"})
    call(train_model, ref)
    emulator.control("clock", {"advance": 7200})

    assert settled(train_model, ref).result == "done"

    assert row(ref).trained_hours == ((row(ref).job, 1.5),)
    (billed,) = emulator.look("bill")["trainings"]
    assert (billed["hours"], billed["usd"]) == (1.5, 150.0)
    assert spent(row(ref), clock.now()).training.usd == 150.0


@pytest.mark.usefixtures("app")
def test_hours_that_are_not_told_hold_up_a_run_for_minutes_only(
    container: Container, monkeypatch: pytest.MonkeyPatch, advance: Advance
) -> None:
    """The event comes after the job's end; without it the cost is unknown, and the run goes on."""
    monkeypatch.setattr(billing, "billed_hours", lambda _: None)
    ref = reasoning(container)
    while (waits := call(train_model, ref)).code not in ("billing", ""):
        pass
    advance(1200)

    outcome = call(train_model, ref)

    assert (waits.result, waits.code) == ("wait", "billing")
    assert (outcome.result, row(ref).trained_hours) == ("done", ())
    assert "does not say how many hours" in spent(row(ref), clock.now()).training.unknown[0]


def test_options_that_became_wrong_end_the_run(uploaded: RunRef, container: Container) -> None:
    """A companion that was spoiled after validation costs no training."""
    container.put("travel.tune.json", b'{"sufix": "rome"}')

    outcome = call(train_model, uploaded)

    assert (outcome.result, outcome.code) == ("refused", "tune_options")
    assert "$.sufix" in outcome.message


def test_running_job_is_waited_for(uploaded: RunRef, emulator: Emulator) -> None:
    """A job that runs is a wait that names it, however often it is looked at."""
    emulator.control("transitions", {"job": "reads:3", "queue": "reads:1"})

    outcome = call(train_model, uploaded)

    assert (outcome.result, outcome.code) == ("wait", "training")
    assert row(uploaded).job in row(uploaded).waiting
    assert settled(train_model, uploaded).result == "done"
    assert states(emulator) == ["succeeded"]


def test_second_call_creates_nothing(trained: RunRef, emulator: Emulator) -> None:
    """A duplicate of a finished training finds its job."""
    outcome = call(train_model, trained)

    assert outcome.result == "done"
    assert states(emulator) == ["succeeded"]


def test_duplicates_at_once_pay_once(uploaded: RunRef, emulator: Emulator) -> None:
    """Four at the same moment create one job; the others wait for it."""
    emulator.control("faults", {**CREATE, "delay": 0.2, "times": 0})

    at_once(train_model, uploaded)

    assert settled(train_model, uploaded).result == "done"
    assert states(emulator) == ["succeeded"]


@pytest.mark.parametrize("kind", [{"reset": True}, {"status": 500}, {"status": 504}])
def test_lost_answer_is_found_again(
    uploaded: RunRef, emulator: Emulator, kind: dict[str, object]
) -> None:
    """A job whose answer was lost is adopted at the next look, and not paid for again."""
    emulator.control("faults", {**CREATE, "when": "after", **kind})

    first = call(train_model, uploaded)

    assert first.result == "wait"
    assert settled(train_model, uploaded).result == "done"
    assert states(emulator) == ["succeeded"]


def test_failure_without_effect_is_tried_again_after_a_while(
    uploaded: RunRef, emulator: Emulator, advance: Advance
) -> None:
    """After a 500 nobody knows if a job began, so the next one is created only after CLAIM_AGE."""
    emulator.control("faults", {**CREATE, "status": 500})
    call(train_model, uploaded)

    early = call(train_model, uploaded)
    advance(AGE)
    late = settled(train_model, uploaded)

    assert (early.result, early.code) == ("wait", "job_claimed")
    assert late.result == "done"
    assert states(emulator) == ["succeeded"]


def test_rate_limit_is_waited_out_as_long_as_it_says(uploaded: RunRef, emulator: Emulator) -> None:
    """429 created nothing: the wait is the service's, and the claim is free at once."""
    emulator.control("faults", {**CREATE, "status": 429, "headers": {"retry-after": "41"}})

    outcome = call(train_model, uploaded)

    assert (outcome.result, outcome.after) == ("wait", 41)
    assert row(uploaded).job_claim == ""
    assert settled(train_model, uploaded).result == "done"


def test_worker_that_died_is_replaced(
    uploaded: RunRef, emulator: Emulator, advance: Advance
) -> None:
    """A claim whose writer created nothing is given up after CLAIM_AGE."""
    change(uploaded, job_claim=iso(clock.now()))

    early = call(train_model, uploaded)
    advance(AGE)
    late = settled(train_model, uploaded)

    assert early.code == "job_claimed"
    assert late.result == "done"
    assert states(emulator) == ["succeeded"]


def test_second_job_is_cancelled(uploaded: RunRef, emulator: Emulator) -> None:
    """Where two jobs came to be, the older goes on and the younger is cancelled."""
    emulator.control("transitions", {"job": "reads:20", "queue": "reads:1"})
    now = row(uploaded)
    request = job_request(now)
    for _ in range(2):
        jobs().create(request)
    first, second = (job.id for job in jobs().find(now.training_file))

    call(train_model, uploaded)

    assert row(uploaded).job == first
    assert {job["id"]: job["status"] for job in emulator.look("state")["jobs"]}[second] == (
        "cancelled"
    )
    assert paid(emulator) == 1


def test_finished_job_is_taken_before_a_running_one(uploaded: RunRef, emulator: Emulator) -> None:
    """A training that is paid for and done is used, even if an unneeded one is older."""
    now = row(uploaded)
    request = job_request(now)
    emulator.control("transitions", {"job": "seconds:600", "queue": "immediate"})
    slow = jobs().create(request).id
    emulator.control("transitions", {"job": "immediate"})
    fast = jobs().create(request).id

    settled(train_model, uploaded)

    found = {job["id"]: job["status"] for job in emulator.look("state")["jobs"]}
    assert row(uploaded).job == fast
    assert found == {slow: "cancelled", fast: "succeeded"}


def test_failed_job_ends_the_run(
    app: dict[str, str], container: Container, emulator: Emulator
) -> None:
    """A job that fails is a refusal with the service's reason; no other is created."""
    ref = marked(container, "emulator:fail-rai")

    outcome = settled(train_model, ref)

    assert (outcome.result, outcome.code) == ("refused", "job_failed")
    assert row(ref).job in outcome.message
    assert states(emulator) == ["failed"]


def test_failed_job_whose_answer_was_lost_is_not_paid_for_again(
    app: dict[str, str], container: Container, emulator: Emulator
) -> None:
    """A job that failed before anybody saw its answer is this try's job all the same."""
    ref = marked(container, "emulator:fail-rai")
    emulator.control("faults", {**CREATE, "when": "after", "reset": True})
    call(train_model, ref)

    outcome = call(train_model, ref)

    assert (outcome.result, outcome.code) == ("refused", "job_failed")
    assert states(emulator) == ["failed"]


def test_job_of_an_earlier_try_is_left_alone(uploaded: RunRef, emulator: Emulator) -> None:
    """A next try trains anew where the job of an earlier one did not succeed."""
    emulator.control("transitions", {"job": "reads:20"})
    call(train_model, uploaded)
    old = row(uploaded).job
    jobs().cancel(old)
    change(uploaded, job="", job_claim="", spent_jobs=f"ftjob-older {old}")
    emulator.control("transitions", {"job": "immediate"})

    outcome = settled(train_model, uploaded)

    assert outcome.result == "done"
    assert row(uploaded).job != old
    assert states(emulator) == ["cancelled", "succeeded"]


def test_job_that_somebody_cancelled_ends_the_run(uploaded: RunRef, emulator: Emulator) -> None:
    """A job that was cancelled at the service is not paid for again."""
    emulator.control("transitions", {"job": "reads:20"})
    call(train_model, uploaded)
    jobs().cancel(row(uploaded).job)

    outcome = call(train_model, uploaded)

    assert (outcome.result, outcome.code) == ("refused", "job_cancelled")
    assert states(emulator) == ["cancelled"]


def test_refused_model_ends_the_run(uploaded: RunRef, emulator: Emulator) -> None:
    """A base model that cannot be trained is a refusal that names the setting."""
    change(uploaded, base_model="gpt-0")

    outcome = call(train_model, uploaded)

    assert outcome.result == "refused"
    assert "gpt-0" in outcome.message
    assert row(uploaded).job_claim == ""


def test_cancelled_run_creates_no_job(uploaded: RunRef, emulator: Emulator) -> None:
    """A request to cancel is seen before a job is paid for."""
    intake.request_cancel(uploaded.run)

    assert call(train_model, uploaded).code == "cancelled"
    assert states(emulator) == []


def test_service_s_estimate_sets_the_next_look(uploaded: RunRef, emulator: Emulator) -> None:
    """Where the service says when a job ends, the wait is that long, but at most POLL_MAX."""
    emulator.control("transitions", {"job": "seconds:7200", "queue": "immediate"})
    call(train_model, uploaded)

    outcome = call(train_model, uploaded)

    job = emulator.look("state")["jobs"][0]
    assert job["estimated_finish"]
    assert outcome.after == 600
