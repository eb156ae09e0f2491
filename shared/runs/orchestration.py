"""What clients, orchestrators and activities of a run exchange."""

from dataclasses import dataclass
from enum import StrEnum

from shared.payload import Payload
from shared.settings import Settings

TEXT_LIMIT = 1000  # characters; a custom status holds 16 KB


@dataclass(frozen=True)
class RunRef(Payload):
    """A run by name: all that history needs to know of it.

    Attributes:
        run: The run's id.
        model: The model it belongs to.
        attempt: Which try of the run this is; a late duplicate of an earlier one is ignored.
    """

    run: str
    model: str
    attempt: int = 1


@dataclass(frozen=True)
class PollPolicy(Payload):
    """How an orchestration polls, in seconds, and whether it sends notifications.

    It is part of the orchestration's input, because an orchestrator may not read the environment: a
    changed setting applies to the next run, and replays of this one stay what they were.

    Attributes:
        first_delay: Delay before the second poll of a step; later delays grow.
        max_delay: Longest delay, unless the service asks for more.
        polls_per_generation: Activity calls before the orchestration continues as new.
        upload_deadline: Longest time for validation and upload.
        train_deadline: Longest time for training.
        deploy_deadline: Longest time for a deployment to answer.
        evaluate_deadline: Longest time for the evaluation.
        notify: Whether a receiver of notifications is configured.
        notify_first_delay: `first_delay` of the delivery of a notification.
        notify_max_delay: `max_delay` of the delivery of a notification.
        notify_deadline: Longest time for the delivery of a notification.
    """

    first_delay: float = 5.0
    max_delay: float = 600.0
    polls_per_generation: int = 20
    upload_deadline: float = 7200.0
    train_deadline: float = 45 * 86400.0
    deploy_deadline: float = 86400.0
    evaluate_deadline: float = 21600.0
    notify: bool = False
    notify_first_delay: float = 10.0
    notify_max_delay: float = 3600.0
    notify_deadline: float = 3 * 86400.0

    @classmethod
    def from_settings(cls, settings: Settings) -> "PollPolicy":
        """The policy that the settings ask for."""
        return cls(
            first_delay=settings.poll_first.total_seconds(),
            max_delay=settings.poll_max.total_seconds(),
            polls_per_generation=settings.polls_per_generation,
            upload_deadline=settings.file_deadline.total_seconds(),
            train_deadline=settings.train_deadline.total_seconds(),
            deploy_deadline=settings.deploy_deadline.total_seconds(),
            evaluate_deadline=settings.evaluate_deadline.total_seconds(),
            notify=settings.notify_url is not None,
            notify_first_delay=settings.notify_first.total_seconds(),
            notify_max_delay=settings.notify_longest.total_seconds(),
            notify_deadline=settings.notify_deadline.total_seconds(),
        )


@dataclass(frozen=True)
class OrchestrationState(Payload):
    """The input of an orchestration, and its state when it continues as new.

    Attributes:
        ref: The run it works for.
        policy: How it polls.
        step: Index of the current step.
        step_started: ISO time at which that step started; empty before its first poll.
        unbounded_seconds: Seconds of this step that count against no deadline.
        polls: How often this step has been polled.
        failures: Activity calls in a row that raised.
        next_event: Number of the next event to wait for; never reused (`orchestrators/polling.py`).
        closing: The `Outcome` that the run is closed with; None while it goes on.
    """

    ref: RunRef
    policy: PollPolicy
    step: int = 0
    step_started: str = ""
    unbounded_seconds: float = 0.0
    polls: int = 0
    failures: int = 0
    next_event: int = 0
    closing: dict[str, object] | None = None


class Result(StrEnum):
    """The three results of an activity."""

    DONE = "done"
    WAIT = "wait"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome(Payload):
    """What an activity found: done, poll again later, or refused for good.

    Exceptions lose their type between activity and orchestrator, so decisions are data.

    Attributes:
        result: `done`, `wait` or `refused`.
        code: Short stable name of the reason.
        message: One sentence with the value seen.
        hint: What the reader can do; empty if nothing.
        retry_after: Seconds until polling again helps, where the service said so.
        unbounded: Whether this wait counts against no deadline, because the service is full or a
            person has to approve; it may last for weeks.
    """

    result: str
    code: str = ""
    message: str = ""
    hint: str = ""
    retry_after: float | None = None
    unbounded: bool = False

    @property
    def text(self) -> str:
        """The message with the next step, at most `TEXT_LIMIT` characters."""
        return f"{self.message} {self.hint}".strip()[:TEXT_LIMIT]

    @classmethod
    def done(cls, message: str = "") -> "Outcome":
        """The step's effect is there."""
        return cls(Result.DONE, message=message)

    @classmethod
    def wait(
        cls,
        code: str,
        message: str,
        *,
        hint: str = "",
        retry_after: float | None = None,
        unbounded: bool = False,
    ) -> "Outcome":
        """Not yet; `message` says what for."""
        return cls(Result.WAIT, code, message, hint, retry_after, unbounded)

    @classmethod
    def refuse(cls, code: str, message: str, *, hint: str = "") -> "Outcome":
        """Never; `message` says why."""
        return cls(Result.REFUSED, code, message, hint)


@dataclass(frozen=True)
class CloseReason(Payload):
    """Why a run ends before it serves."""

    ref: RunRef
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class RetirementSummary(Payload):
    """What the daily check of deployments found.

    Attributes:
        outcomes: For each run its id, and code and message of the outcome.
    """

    outcomes: tuple[tuple[str, str, str], ...] = ()
