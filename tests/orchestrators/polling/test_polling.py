"""How orchestrators poll: growing delays, the service's time, deadlines, events, generations."""

from dataclasses import replace
from itertools import pairwise

from orchestrators.client import deploy_instance
from orchestrators.polling import GROWTH
from shared.runs.orchestration import PollPolicy
from tests.local.functions_host.running import until
from tests.orchestrators.host import DONE, POLICY, Stage, refuse, wait

EVENTS = 400  # that a history may have
SLACK = 25.0  # seconds of real time that the machine may take for a step, at worst
DAY = 86400.0


def roughly(found: list[float], wanted: list[float]) -> bool:
    """Whether each wait was as long as wanted, and at most some work longer."""
    pairs = zip(found, wanted, strict=True)
    return all(-1.0 <= gap - delay <= SLACK for gap, delay in pairs)


def test_waits_grow_to_a_ceiling(stage: Stage) -> None:
    """Each wait is longer than the last by the same factor, until the longest is reached."""
    run = stage.start({"train_model": [*[wait()] * 9, DONE]})
    stage.final_status(run)

    wanted = [min(POLICY.first_delay * GROWTH**number, POLICY.max_delay) for number in range(9)]
    assert wanted[-1] == POLICY.max_delay
    assert roughly(stage.gaps(run, "train_model"), wanted)


def test_waits_go_on_growing_in_the_next_generation(stage: Stage) -> None:
    """Continuing as new does not begin with the short waits again."""
    policy = replace(POLICY, polls_per_generation=3)
    run = stage.start({"train_model": [*[wait()] * 7, DONE]}, policy=policy)
    stage.final_status(run)

    gaps = stage.gaps(run, "train_model")
    assert all(later > earlier for earlier, later in pairwise(gaps[:6]))


def test_each_step_begins_with_the_first_wait(stage: Stage) -> None:
    """What one step had to wait does not make the next one wait longer."""
    script = {"upload_files": [*[wait()] * 4, DONE], "train_model": [wait(), DONE]}
    run = stage.start(script)
    stage.final_status(run)

    assert roughly(stage.gaps(run, "train_model"), [POLICY.first_delay])


def test_service_s_own_time_is_honoured(stage: Stage) -> None:
    """Where the service says how long, the wait is that long, above the ceiling too."""
    run = stage.start({"train_model": [wait(retry_after=3600.0), wait(retry_after=1.0), DONE]})
    stage.final_status(run)

    assert roughly(stage.gaps(run, "train_model"), [3600.0, POLICY.first_delay * GROWTH])


def test_step_ends_at_its_deadline(stage: Stage) -> None:
    """A step that is not done in time is refused with what it last waited for."""
    policy = replace(POLICY, upload_deadline=1000.0)
    run = stage.start({"upload_files": [wait("full", "It is full.")]}, policy=policy)

    outcome = stage.outcome(run)

    calls = stage.calls(run, "upload_files")
    assert (outcome.result, outcome.code) == ("refused", "deadline")
    assert "upload_files was not done within 0:16:40." in outcome.message
    assert "It is full." in outcome.message
    assert roughly([calls[-1].at - calls[0].at], [1000.0])
    assert stage.names(run)[-1] == "close_run"


def test_deadline_counts_over_generations(stage: Stage) -> None:
    """Continuing as new does not give a step more time."""
    policy = replace(POLICY, polls_per_generation=2, upload_deadline=3000.0)
    run = stage.start({"upload_files": [wait()]}, policy=policy)

    outcome = stage.outcome(run)

    calls = stage.calls(run, "upload_files")
    assert outcome.code == "deadline"
    assert roughly([calls[-1].at - calls[0].at], [3000.0])


def test_nested_deployment_has_the_deadline_too(stage: Stage) -> None:
    """A deployment that never answers ends at its own deadline."""
    run = stage.start({"check_ready": [wait()]}, policy=replace(POLICY, deploy_deadline=2000.0))

    outcome = stage.outcome(run)

    assert outcome.code == "deadline"
    assert "check_ready" in outcome.message
    assert stage.names(run)[-1] == "close_run"


def test_admission_has_no_deadline(stage: Stage) -> None:
    """A full service is waited out for weeks."""
    script = {"admit_run": [{"for": 30 * DAY, **wait(retry_after=DAY)}, DONE]}
    run = stage.start(script)

    outcome = stage.outcome(run)

    assert outcome.result == "done"
    assert stage.names(run).count("admit_run") >= 30


def test_full_service_breaks_no_deadline(stage: Stage) -> None:
    """Weeks without room are not counted; the deadline begins with the last of them."""
    full = {"for": 20 * DAY, **wait("quota_full", "No quota.", retry_after=DAY, unbounded=True)}
    policy = replace(POLICY, deploy_deadline=3000.0)
    run = stage.start(
        {"create_deployment": [full, wait("deploying", "It is made.")]}, policy=policy
    )

    outcome = stage.outcome(run)

    calls = stage.calls(run, "create_deployment")
    assert outcome.code == "deadline"
    assert "It is made." in outcome.message
    assert 20 * DAY <= calls[-1].at - calls[0].at <= 21 * DAY + SLACK * len(calls)


def test_status_says_what_is_waited_for(paused_stage: Stage) -> None:
    """While it waits, the status has reason, code, next poll and the name of the event."""
    run = paused_stage.start({"train_model": [wait("training", "Job j is running."), DONE]})

    status = paused_stage.waiting_status(run, "poll-now-0")
    paused_stage.raise_event(run, "poll-now-0")
    paused_stage.final_status(run)

    assert (status["waiting"], status["code"]) == ("Job j is running.", "training")
    assert status["next_poll"].endswith("Z")


def test_next_step_does_not_wait_for_what_the_last_one_did(paused_stage: Stage) -> None:
    """Once a step is done, the status has no reason until the next step itself waits."""
    run = paused_stage.start(
        {
            "train_model": [wait("training", "Job j is running."), DONE],
            "create_deployment": [wait("deploying", "It is made."), DONE],
        }
    )
    paused_stage.waiting_status(run, "poll-now-0")

    paused_stage.raise_event(run, "poll-now-0")
    assert until(lambda: paused_stage.calls(run, "create_deployment"))
    deploying = paused_stage.waiting_status(deploy_instance(run), "poll-now-0")

    assert deploying["waiting"] == "It is made."
    assert paused_stage.status(run)["customStatus"] == {"waiting": ""}


def test_event_ends_the_wait(paused_stage: Stage) -> None:
    """An event of that name leads to a poll at once, without time passing."""
    run = paused_stage.start({"train_model": [wait(retry_after=DAY), DONE]})
    paused_stage.waiting_status(run, "poll-now-0")

    paused_stage.raise_event(run, "poll-now-0")

    assert paused_stage.outcome(run).result == "done"
    assert paused_stage.gaps(run, "train_model")[0] < DAY / 2


def test_old_event_ends_no_wait(paused_stage: Stage) -> None:
    """An event that comes late, or twice, does not end the next wait."""
    run = paused_stage.start({"train_model": [wait(retry_after=DAY), wait(retry_after=DAY), DONE]})
    paused_stage.waiting_status(run, "poll-now-0")
    for name in ("poll-now-0", "poll-now-0", "poll-now-7"):
        paused_stage.raise_event(run, name)
    paused_stage.waiting_status(run, "poll-now-1")
    polls = len(paused_stage.calls(run, "train_model"))

    paused_stage.raise_event(run, "poll-now-1")

    assert polls == 2
    assert paused_stage.outcome(run).result == "done"
    assert len(paused_stage.calls(run, "train_model")) == 3


def test_event_names_are_not_used_again_in_the_next_generation(paused_stage: Stage) -> None:
    """Events are numbered on over generations, so that an early event satisfies no later wait."""
    policy = replace(POLICY, polls_per_generation=1)
    run = paused_stage.start({"validate_dataset": [*[wait()] * 3, DONE]}, policy=policy)

    for number in range(3):
        paused_stage.waiting_status(run, f"poll-now-{number}")
        paused_stage.raise_event(run, f"poll-now-{number}")

    paused_stage.clock(paused=False)
    assert paused_stage.outcome(run).result == "done"
    assert len(paused_stage.calls(run, "validate_dataset")) == 4


def test_losing_timer_does_not_hold_the_run(paused_stage: Stage) -> None:
    """A run that was woken by an event ends when its work is done, not when its timer fires."""
    run = paused_stage.start({"promote_version": [wait(retry_after=30 * DAY), DONE]})
    paused_stage.waiting_status(run, "poll-now-0")

    paused_stage.raise_event(run, "poll-now-0")

    assert paused_stage.final_status(run, 20)["runtimeStatus"] == "Completed"


def test_cancelled_run_ends_at_the_next_poll(paused_stage: Stage) -> None:
    """What cancels a run is its row; the event only makes the poll come now."""
    run = paused_stage.start(
        {"train_model": [wait(retry_after=DAY), refuse("cancelled", "On request.")]}
    )
    paused_stage.waiting_status(run, "poll-now-0")

    paused_stage.raise_event(run, "poll-now-0")

    assert paused_stage.outcome(run).code == "cancelled"
    assert paused_stage.names(run)[-1] == "close_run"


def test_job_of_720_hours_is_polled_over_many_generations(stage: Stage) -> None:
    """A month of training ends like a short one, and leaves only its last generation behind."""
    policy = PollPolicy(first_delay=5.0, max_delay=12 * 3600.0, polls_per_generation=10)
    script = {"train_model": [{"for": 720 * 3600.0, **wait("training", "It trains.")}, DONE]}
    run = stage.start(script, policy=policy)

    assert stage.outcome(run).result == "done"
    assert 5 * policy.polls_per_generation < len(stage.calls(run, "train_model")) < 100
    assert stage.events(run) < EVENTS / 2


def test_full_generation_has_at_most_400_events(stage: Stage) -> None:
    """The last event before continuing as new is below the bound, with the default's 20 polls."""
    policy = replace(POLICY, polls_per_generation=PollPolicy().polls_per_generation)
    run = stage.start({"admit_run": [*[wait()] * 14, DONE]}, policy=policy)
    stage.final_status(run)

    assert (
        len(stage.calls(run)) == policy.polls_per_generation + 2
    )  # those two are the nested deployment's
    assert EVENTS / 4 < stage.events(run) <= EVENTS
