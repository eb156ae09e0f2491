"""Admission: a full service is waited out, with what it is full of in the row."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from activities.admit_run import admit_run
from shared import clock, intake
from shared.models import model_facts
from shared.pipeline import Outcome, Phase, RunRef
from shared.registry import Version, registry
from shared.registry.rows import iso
from shared.settings import settings
from tests.activities.calls import call
from tests.activities.conftest import change, row
from tests.services import Emulator

LIMITS = model_facts().limits
MOST_FILES, MOST_BYTES = LIMITS.files or 0, LIMITS.file_bytes or 0
USAGES = {"method": "GET", "path": "*/usages*", "times": 0}
QUOTA = "OpenAI.Standard.gpt-4.1-mini-finetune"
Others = Callable[..., Version]

FILES = {"method": "GET", "path": "*/files", "times": 0}
JOBS = {"method": "GET", "path": "*/fine_tuning/jobs", "times": 0}
DEPLOYMENTS = {"method": "GET", "path": "*/deployments", "times": 0}


def file_of(number: int, size: int) -> dict[str, object]:
    """A file as the service lists it."""
    about = {"id": f"file-{number}", "object": "file", "filename": f"{number}.jsonl"}
    return {**about, "bytes": size, "created_at": 1, "purpose": "fine-tune", "status": "processed"}


def job_of(number: int, status: str) -> dict[str, object]:
    """A job as the service lists it."""
    about = {"id": f"ftjob-{number}", "object": "fine_tuning.job", "model": "m", "created_at": 1}
    return {**about, "status": status, "training_file": "file-1", "result_files": []}


def deployment_of(name: str, model: str) -> dict[str, object]:
    """A deployment as Resource Manager lists it."""
    return {"name": name, "properties": {"model": {"name": model, "format": "OpenAI"}}}


def listing(emulator: Emulator, fault: dict[str, object], rows: list[dict[str, object]]) -> None:
    """Let the service list `rows`."""
    body = {"object": "list", "data": rows, "value": rows, "has_more": False}
    emulator.control("faults", {**fault, "status": 200, "body": body})


def quota(emulator: Emulator, used: float, limit: float, name: str = QUOTA) -> None:
    """Let Resource Manager tell this much of a quota."""
    row = {"name": {"value": name}, "currentValue": used, "limit": limit, "unit": "Count"}
    emulator.control("faults", {**USAGES, "status": 200, "body": {"value": [row]}})


def ago(hours: float) -> str:
    """An ISO time that many hours before now."""
    return iso(clock.now() - timedelta(hours=hours))


@pytest.fixture
def another(received: RunRef) -> Others:
    """Adds a run beside the received one, which stands in the line since an hour."""

    def add(name: str = "other", **values: object) -> Version:
        about: dict[str, Any] = {"phase": Phase.QUEUED, "queued": ago(1), **values}
        about = {"looked": iso(clock.now()), **about}
        added = replace(row(received), model=name, run=f"{name}-0123456789", **about)
        registry().insert(added)
        return added

    return add


def test_empty_resource_has_room(received: RunRef) -> None:
    """With nothing at the service the run goes on, queued until then."""
    outcome = call(admit_run, received)

    assert outcome == Outcome.done("There is room.")
    assert row(received).phase == "queued"


def test_hundred_files_are_full(received: RunRef, emulator: Emulator) -> None:
    """The hundredth file leaves no room; the row says so and what to do."""
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES)])

    outcome = call(admit_run, received)

    assert (outcome.result, outcome.code) == ("wait", "files_full")
    assert row(received).waiting == (
        "The resource has 100 of 100 files. Delete files that no job needs."
    )


def test_bytes_count_with_this_run_s_own(received: RunRef, emulator: Emulator) -> None:
    """A file that would not fit beside the others waits, one that just fits does not."""
    size = row(received).size

    listing(emulator, FILES, [file_of(1, MOST_BYTES - size + 1)])
    above = call(admit_run, received)
    emulator.control("reset")
    listing(emulator, FILES, [file_of(1, MOST_BYTES - size)])
    below = call(admit_run, received)

    assert (above.result, above.code) == ("wait", "bytes_full")
    assert below.result == "done"


def test_uploaded_run_needs_no_room_for_files(uploaded: RunRef, emulator: Emulator) -> None:
    """A run whose files lie there from an earlier try does not wait for room for them."""
    change(uploaded, phase="queued")
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES)])

    assert call(admit_run, uploaded).result == "done"


def test_full_queue_waits(received: RunRef, emulator: Emulator) -> None:
    """Twenty waiting jobs are full; jobs that run, have ended or are paused do not count."""
    others = ["running", "succeeded", "failed", "cancelled", "paused"] * 10
    rows = [job_of(number, status) for number, status in enumerate(["pending"] * 19 + others)]

    listing(emulator, JOBS, rows)
    nineteen = call(admit_run, received)
    change(received, admitted="")
    emulator.control("reset")
    listing(emulator, JOBS, [*rows, job_of(99, "queued")])
    twenty = call(admit_run, received)

    assert nineteen.result == "done"
    assert (twenty.result, twenty.code) == ("wait", "jobs_full")
    assert "20 jobs wait, 10 run" in row(received).waiting


def test_ten_deployments_of_tuned_models_are_full(received: RunRef, emulator: Emulator) -> None:
    """Ten tuned deployments of others wait; base models and the run's own do not count."""
    tuned = [deployment_of(f"other-{number}", "gpt-4.1-mini.ft-1") for number in range(9)]
    free = [deployment_of("base", "gpt-4.1-mini"), deployment_of(received.run, "gpt-4.1.ft-2")]

    listing(emulator, DEPLOYMENTS, tuned + free)
    nine = call(admit_run, received)
    change(received, admitted="")
    emulator.control("reset")
    listing(emulator, DEPLOYMENTS, [*tuned, deployment_of("tenth", "gpt-4.1.ft-3")])
    ten = call(admit_run, received)

    assert nine.result == "done"
    assert (ten.result, ten.code) == ("wait", "deployments_full")
    assert "tenth" in row(received).waiting


def test_run_with_a_job_was_admitted(received: RunRef, emulator: Emulator) -> None:
    """What was admitted before is not held back by what came later."""
    change(received, job="ftjob-1")
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES)])

    assert call(admit_run, received).result == "done"


def test_outage_is_waited_out(received: RunRef, emulator: Emulator) -> None:
    """A service that cannot be asked is a wait with its reason, not a failure."""
    emulator.control("faults", {**JOBS, "status": 503})

    outcome = call(admit_run, received)

    assert outcome.result == "wait"
    assert "HTTP 503" in row(received).waiting


def test_cancelled_run_is_not_admitted(received: RunRef) -> None:
    """A run that waits for room can be cancelled."""
    intake.request_cancel(received.run)

    assert call(admit_run, received).code == "cancelled"


def test_wait_says_since_when(received: RunRef, emulator: Emulator) -> None:
    """Looks at the same full thing keep the time of the first; another thing begins anew."""
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES)])
    call(admit_run, received)
    first = row(received)
    call(admit_run, received)
    second = row(received)
    emulator.control("reset")
    listing(emulator, JOBS, [job_of(number, "pending") for number in range(20)])
    call(admit_run, received)

    assert (first.waits_for, second.waits_for) == ("files_full", "files_full")
    assert second.waits_since == first.waits_since != ""
    assert second.looked > first.looked
    assert second.queued == first.queued
    assert row(received).waits_for == "jobs_full"
    assert row(received).waits_since > second.waits_since


def test_last_place_is_the_first_comer_s(
    received: RunRef, another: Others, emulator: Emulator
) -> None:
    """With one place left, a run that came before gets it, and the wait names it."""
    another(waits_for="files_full")
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES - 1)])

    outcome = call(admit_run, received)

    assert (outcome.result, outcome.code) == ("wait", "files_full")
    assert "99 of 100 files, and 1 run before this one need some" in row(received).waiting


def test_who_waits_for_something_else_holds_up_nobody(
    received: RunRef, another: Others, emulator: Emulator
) -> None:
    """The line is one for each resource."""
    another(waits_for="quota_full")
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES - 1)])

    assert call(admit_run, received).result == "done"


def test_later_run_waits_behind(received: RunRef, another: Others, emulator: Emulator) -> None:
    """A run that came later takes nothing from this one."""
    another(queued=ago(-1))
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES - 1)])

    assert call(admit_run, received).result == "done"


def test_dead_run_holds_up_nobody(received: RunRef, another: Others, emulator: Emulator) -> None:
    """A run that has not asked for many looks keeps no place: its orchestration is gone."""
    another(looked=ago(24))
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES - 1)])

    assert call(admit_run, received).result == "done"


def test_what_was_promised_is_taken(received: RunRef, another: Others, emulator: Emulator) -> None:
    """A run that was let in has its place before its job or deployment is there."""
    another("one", admitted=ago(0.1), queued=ago(-1))
    another("two", phase=Phase.TRAINING)
    another("three", phase=Phase.DEPLOYING, deployment="three-0123456789", tuned_model="m.ft-3")
    another("four", phase=Phase.TRAINING, job="ftjob-4")
    listing(emulator, JOBS, [job_of(number, "pending") for number in range(18)])
    jobs_full = call(admit_run, received)
    emulator.control("reset")
    tuned = [deployment_of(f"t-{number}", "gpt-4.1-mini.ft-1") for number in range(6)]
    listing(emulator, DEPLOYMENTS, tuned)
    deployments_full = call(admit_run, received)

    assert jobs_full.code == "jobs_full"
    assert "18 of 20 jobs wait, 0 run, and 2 runs before" in jobs_full.message
    assert deployments_full.code == "deployments_full"
    assert "6 of 10 deployments of tuned models are in use, and 4 runs" in deployments_full.message


def test_hundred_jobs_are_all_that_a_resource_has(received: RunRef, emulator: Emulator) -> None:
    """Jobs cannot be deleted, so the hundredth is the last, and the wait says what helps."""
    listing(emulator, JOBS, [job_of(number, "succeeded") for number in range(100)])

    outcome = call(admit_run, received)

    assert (outcome.code, outcome.message) == (
        "jobs_used_up",
        "The resource has had 100 of 100 jobs.",
    )
    assert "another resource" in outcome.hint


def test_quota_is_looked_up(received: RunRef, emulator: Emulator) -> None:
    """A deployment that the quota has no room for is waited for before anything is paid."""
    needed = settings().deployment_capacity
    quota(emulator, 100 - needed + 1, 100)
    full = call(admit_run, received)
    emulator.control("reset")
    quota(emulator, 100 - needed, 100)
    room = call(admit_run, received)

    assert (full.result, full.code) == ("wait", "quota_full")
    assert f"96 of 100 thousand tokens per minute of {QUOTA} are in use" in full.message
    assert room.result == "done"


@pytest.mark.parametrize("status", [401, 403, 404])
def test_quota_that_is_not_told_is_no_wait(
    received: RunRef, emulator: Emulator, status: int
) -> None:
    """The role for quotas is another one; without it the deployment itself is refused if full."""
    emulator.control("faults", {**USAGES, "status": status, "body": {"error": {"code": "No"}}})

    assert call(admit_run, received).result == "done"


def test_quota_that_cannot_be_asked_for_is_a_wait(received: RunRef, emulator: Emulator) -> None:
    """A failing service is not taken for one without quotas."""
    emulator.control("faults", {**USAGES, "status": 503})

    assert call(admit_run, received).result == "wait"


def test_admission_is_kept(received: RunRef, emulator: Emulator) -> None:
    """A duplicate that comes after the run was let in asks nothing anew."""
    call(admit_run, received)
    listing(emulator, FILES, [file_of(number, 1) for number in range(MOST_FILES)])

    assert call(admit_run, received).result == "done"
    assert row(received).admitted
    assert row(received).waits_for == ""
