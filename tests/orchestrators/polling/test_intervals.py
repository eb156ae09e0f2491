"""How often the longest job is polled with the default policy.

Orchestrators are plain generators, so these tests step them without a host: thousands of polls at
once. How a host drives them is tested beside this.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from orchestrators.fine_tune import fine_tune
from shared.runs.orchestration import OrchestrationState, Outcome, PollPolicy, RunRef

MOST = 5_000  # polls of one job


@dataclass
class Timer:
    """A durable timer."""

    until: datetime

    def cancel(self) -> None:
        """No timer of these tests loses."""
        raise AssertionError("a timer was cancelled although no event came")


@dataclass
class Context:
    """What the orchestrators use of Durable Functions' context; each task is what it will do."""

    given: dict[str, Any]
    job: timedelta = timedelta(hours=720)
    current_utc_datetime: datetime = datetime(2026, 11, 25, tzinfo=UTC)
    started: datetime | None = None
    polls: int = 0
    delays: list[float] = field(default_factory=list)

    def get_input(self) -> dict[str, Any]:
        """The input of this generation."""
        return self.given

    def call_activity(self, name: str, payload: object) -> Outcome:
        """What the activity will answer: a job takes its time, everything else no time."""
        if name != "train_model":
            return Outcome.done()
        self.polls += 1
        self.started = self.started or self.current_utc_datetime
        over = self.current_utc_datetime - self.started >= self.job
        return Outcome.done() if over else Outcome.wait("training", "It trains.")

    def call_sub_orchestrator(self, name: str, payload: object, instance: str) -> Outcome:
        """What the sub-orchestration will answer."""
        return Outcome.done()

    def create_timer(self, until: datetime) -> Timer:
        """A timer."""
        self.delays.append((until - self.current_utc_datetime).total_seconds())
        return Timer(until)

    def wait_for_external_event(self, name: str) -> str:
        """An event that never comes."""
        return name

    def task_any(self, tasks: list[Any]) -> Timer:
        """The timer, for it always wins."""
        timer: Timer = tasks[0]
        return timer

    def set_custom_status(self, status: object) -> None:
        """Nobody reads it."""

    def continue_as_new(self, data: dict[str, Any]) -> None:
        """What the next generation begins with."""
        self.given = data


def run_generation(context: Context, generator: Generator[Any, Any, Any]) -> Any:
    """Drive one generation to its end; return what it returns."""
    answer: Any = None
    try:
        while True:
            task = generator.send(answer)
            if isinstance(task, Timer):
                context.current_utc_datetime = task.until
            answer = task if isinstance(task, Timer) else task.to_dict()
    except StopIteration as end:
        return end.value


def test_job_of_720_hours_takes_at_most_5000_polls() -> None:
    """With the default policy, the longest job is polled often enough and not too often."""
    state = OrchestrationState(ref=RunRef(run="a-0123456789", model="a"), policy=PollPolicy())
    context = Context(state.to_dict())
    outputs = [run_generation(context, fine_tune(context))]
    while outputs[-1] is None:
        outputs.append(run_generation(context, fine_tune(context)))

    assert Outcome.from_dict(outputs[-1]).result == "done"
    assert context.polls <= MOST
    assert len(outputs) == -(-(context.polls + 6) // PollPolicy().polls_per_generation)
    assert context.delays[0] == 5.0


def test_end_of_a_job_is_seen_soon() -> None:
    """However long a job takes, its end is seen at most two percent of that, or an hour, late."""
    state = OrchestrationState(ref=RunRef(run="a-0123456789", model="a"), policy=PollPolicy())
    late = []
    for hours in (0.01, 1, 24, 720):
        context = Context(state.to_dict(), job=timedelta(hours=hours))
        while run_generation(context, fine_tune(context)) is None:
            pass
        spent = context.current_utc_datetime - (context.started or context.current_utc_datetime)
        late.append(spent - context.job)

    hour = timedelta(hours=1)
    assert late[0] < timedelta(minutes=1)
    assert late[1] <= timedelta(minutes=10)
    assert late[2] <= timedelta(minutes=30)
    assert late[3] <= hour
