"""How jobs move as time passes: slots, queue, jumps of the clock."""

from itertools import pairwise

import httpx
import pytest

from tests.local.azure.emulator import EmulatorClient

DAY = 24 * 3600


def statuses(azure: EmulatorClient, jobs: list[str]) -> list[str]:
    """The states of jobs, without counting as a look."""
    found = {job["id"]: job["status"] for job in azure.look("state")["jobs"]}
    return [found[job] for job in jobs]


def test_three_jobs_run_at_once_and_the_rest_waits_in_order(azure: EmulatorClient) -> None:
    """A job starts when one before it ends."""
    azure.control("transitions", queue="immediate", job="seconds:100")
    file = azure.upload()
    jobs = [azure.train(file) for _ in range(5)]

    seen = statuses(azure, jobs)
    azure.control("clock", advance=150)
    later = statuses(azure, jobs)

    assert seen == ["running"] * 3 + ["pending"] * 2
    assert later == ["succeeded"] * 3 + ["running"] * 2


def test_a_jump_of_the_clock_leaves_the_trace_of_each_time(azure: EmulatorClient) -> None:
    """Jobs that ran one after the other have their own times, though nobody looked meanwhile."""
    azure.control("transitions", queue="immediate", job="seconds:1000")
    file = azure.upload()
    jobs = [azure.train(file) for _ in range(4)]

    azure.control("clock", advance=10_000)

    first, last = azure.job(jobs[0]), azure.job(jobs[3])
    assert abs(first["finished_at"] - first["created_at"] - 1000) <= 1
    assert abs(last["finished_at"] - first["finished_at"] - 1000) <= 1


def test_developer_jobs_have_slots_of_their_own(azure: EmulatorClient) -> None:
    """Five Developer jobs run beside three others."""
    azure.control("transitions", queue="immediate", job="seconds:100")
    file = azure.upload()
    others = [azure.train(file) for _ in range(4)]
    jobs = [azure.train(file, trainingType="Developer") for _ in range(6)]

    assert statuses(azure, others).count("running") == 3
    assert statuses(azure, jobs).count("running") == 5


def test_standard_and_global_jobs_share_their_slots(azure: EmulatorClient) -> None:
    """Three at once counts Standard and GlobalStandard together."""
    azure.control("transitions", queue="immediate", job="seconds:100")
    file = azure.upload()
    jobs = [azure.train(file, trainingType=kind) for kind in ("Standard", "GlobalStandard") * 2]

    assert statuses(azure, jobs) == ["running"] * 3 + ["pending"]


def test_a_cancelled_job_makes_room_from_then_on(azure: EmulatorClient) -> None:
    """The next job starts when the place is free, not before."""
    azure.control("transitions", queue="immediate", job="seconds:100")
    file = azure.upload()
    jobs = [azure.train(file) for _ in range(4)]
    azure.control("clock", advance=50)

    azure.call_v1("POST", f"/fine_tuning/jobs/{jobs[0]}/cancel")
    azure.control("clock", advance=60)

    assert statuses(azure, jobs) == ["cancelled", "succeeded", "succeeded", "running"]


def test_twenty_jobs_may_queue(azure: EmulatorClient) -> None:
    """One more is refused until there is room."""
    azure.control("transitions", queue="immediate", job="seconds:100")
    file = azure.upload()
    for _ in range(23):
        azure.train(file)

    with pytest.raises(httpx.HTTPStatusError) as refused:
        azure.train(file)
    azure.control("clock", advance=150)

    assert refused.value.response.json()["error"]["code"] == "quotaExceeded"
    assert azure.train(file)


def test_a_job_of_720_hours_ends_after_one_jump(azure: EmulatorClient) -> None:
    """The longest job that may be succeeds, and its steps are spread over its time."""
    azure.control("transitions", queue="immediate", job=f"seconds:{30 * DAY}")
    job = azure.train()

    azure.control("clock", advance=30 * DAY + 5)

    events = azure.call_v1("GET", f"/fine_tuning/jobs/{job}/events", params={"limit": 100}).json()[
        "data"
    ]
    times = [event["created_at"] for event in events if event["type"] == "metrics"]
    assert azure.job(job)["status"] == "succeeded"
    assert {round((a - b) / DAY, 2) for a, b in pairwise(times)} == {3.0}


def test_a_job_above_720_hours_is_stopped(azure: EmulatorClient) -> None:
    """The service ends a job that takes longer than a job may."""
    azure.control("transitions", queue="immediate", job=f"seconds:{40 * DAY}")
    job = azure.train()
    azure.control("clock", advance=30 * DAY - 60)
    before = azure.job(job)["status"]

    azure.control("clock", advance=120)

    assert before == "running"
    assert "720 hours" in azure.job(job)["error"]["message"]


def test_the_estimate_is_near_the_end(azure: EmulatorClient) -> None:
    """`estimated_finish` says from the start when a timed job will be over."""
    azure.control("transitions", queue="seconds:50", job="seconds:500")
    job = azure.train()
    estimate = azure.job(job)["estimated_finish"]

    azure.control("clock", advance=600)

    assert abs(estimate - azure.job(job)["finished_at"]) <= 2


def test_events_of_steps_appear_while_it_runs(azure: EmulatorClient) -> None:
    """Half way through, half of the steps have been reported."""
    azure.control("transitions", queue="immediate", job="seconds:100")
    job = azure.train()

    azure.control("clock", advance=52)

    events = azure.call_v1("GET", f"/fine_tuning/jobs/{job}/events").json()["data"]
    assert events[0]["message"].startswith("Step 50:")
