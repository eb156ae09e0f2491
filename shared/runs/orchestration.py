"""What travels between the doors, the orchestrators and the activities of a run."""

from dataclasses import dataclass
from enum import StrEnum

from shared.payload import Payload
from shared.settings import Settings

TOLD_LIMIT = 1000  # characters; a custom status holds 16 KB


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
class Waits(Payload):
    """The numbers of every wait, in seconds, and whether anybody wants to be told of its end.

    They travel with the run, because an orchestrator may not read the environment: a changed
    setting holds for the next run, and replays of this one stay what they were.
    """

    first: float = 5.0
    longest: float = 600.0
    polls: int = 20
    upload: float = 7200.0
    train: float = 45 * 86400.0
    deploy: float = 86400.0
    evaluate: float = 21600.0
    notify: bool = False
    notify_first: float = 10.0
    notify_longest: float = 3600.0
    notify_limit: float = 3 * 86400.0

    @classmethod
    def of(cls, settings: Settings) -> "Waits":
        """The waits that the settings ask for."""
        return cls(
            first=settings.poll_first.total_seconds(),
            longest=settings.poll_max.total_seconds(),
            polls=settings.polls_per_generation,
            upload=settings.file_deadline.total_seconds(),
            train=settings.train_deadline.total_seconds(),
            deploy=settings.deploy_deadline.total_seconds(),
            evaluate=settings.evaluate_deadline.total_seconds(),
            notify=settings.notify_url is not None,
            notify_first=settings.notify_first.total_seconds(),
            notify_longest=settings.notify_longest.total_seconds(),
            notify_limit=settings.notify_deadline.total_seconds(),
        )


@dataclass(frozen=True)
class Journey(Payload):
    """The state of an orchestration between two generations.

    Attributes:
        ref: The run it works for.
        waits: The numbers of its waits.
        step: Index of the step it is at.
        since: ISO time at which that step began; empty before it has begun.
        held: Seconds of this step that were spent waiting for room, which no limit counts.
        looks: How often this step has been looked at.
        failures: Activity calls in a row that raised.
        hint: Number of the next hint event; never used twice (see `orchestrators/polling.py`).
        ending: Outcome of a run that is being closed, or None while it goes on.
    """

    ref: RunRef
    waits: Waits
    step: int = 0
    since: str = ""
    held: float = 0.0
    looks: int = 0
    failures: int = 0
    hint: int = 0
    ending: dict[str, object] | None = None


class Result(StrEnum):
    """The three ways an activity ends."""

    DONE = "done"
    WAIT = "wait"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome(Payload):
    """What an activity found: done, ask again later, or refused for good.

    Exceptions lose their type between activity and orchestrator, so decisions travel as data.

    Attributes:
        result: `done`, `wait` or `refused`.
        code: Short stable name of the reason.
        message: One sentence with the value seen.
        hint: What the reader can do; empty if nothing.
        after: Seconds until asking again helps, where the service said so.
        held: Whether the service is full: such a wait may last for weeks and breaks no deadline.
    """

    result: str
    code: str = ""
    message: str = ""
    hint: str = ""
    after: float | None = None
    held: bool = False

    @property
    def told(self) -> str:
        """What a person who looks at the run is told: the message with the next step."""
        return f"{self.message} {self.hint}".strip()[:TOLD_LIMIT]

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
        after: float | None = None,
        held: bool = False,
    ) -> "Outcome":
        """Not yet; `message` says what for."""
        return cls(Result.WAIT, code, message, hint, after, held)

    @classmethod
    def refused(cls, code: str, message: str, *, hint: str = "") -> "Outcome":
        """Never; `message` says why."""
        return cls(Result.REFUSED, code, message, hint)


@dataclass(frozen=True)
class Closing(Payload):
    """Why a run ends before it serves."""

    ref: RunRef
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Round(Payload):
    """What the daily round found: for each run its id, and code and message of the outcome."""

    found: tuple[tuple[str, str, str], ...] = ()
