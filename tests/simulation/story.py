"""What happens in one run: what users do, and what goes wrong. A story is data, and replayable."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from tests.simulation.world import World


@dataclass(frozen=True)
class Action:
    """Something that happens from outside.

    Attributes:
        what: `drop`, `event` (once more for what was dropped), `cancel`, `approve`, `chat`,
            `kill`, or a request (see `actions.py`): `wake`, `pin`, `unpin`, `rollback`, `promote`,
            `delete`.
        dataset: Whose model it is about; empty for `kill`.
        at: Virtual seconds after the beginning of the run.
        during: A fault point of the host at which it happens instead, while the host is held there.
        skip: How many passes of that point go by before.
        words: Which bytes are dropped: the same number gives the same bytes; below 0 they have
            faults, so that they are rejected.
        flaw: What the service's job fails of when it trains on them: `rai`, `safety` or `internal`
            (see `local/azure/README.md`); empty for nothing.
        event_lost: Its blob event gets lost; only the polling source sees it.
        waits: The chat waits while the model wakes; the story goes on meanwhile.
    """

    what: str
    dataset: str = ""
    at: float = 0.0
    during: str = ""
    skip: int = 0
    words: int = 0
    flaw: str = ""
    event_lost: bool = False
    waits: bool = False

    def __str__(self) -> str:
        when = f"at {self.during} (pass {self.skip + 1})" if self.during else f"{self.at:.0f} s"
        words = f" with bytes {self.words} {self.flaw}".rstrip() if self.what == "drop" else ""
        event_lost = ", event_lost" if self.event_lost else ""
        waits = ", waiting" if self.waits else ""
        return f"{when}: {self.what} {self.dataset}{words}{event_lost}{waits}"


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong.

    Attributes:
        kind: `crash`, `fail` or `duplicate` of the host (`local/functions_host/README.md`), or
            `service` for one of the emulator (`local/azure/README.md`).
        rule: The fault as those read it.
    """

    kind: str
    rule: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.kind} {json.dumps(self.rule)}"


@dataclass(frozen=True)
class Story:
    """One run.

    Attributes:
        seed: What it was drawn from.
        source: The blob trigger's: `EventGrid` or `LogsAndContainerScan`.
        transitions: How long things take at the service, by kind.
        actions: What happens from outside.
        faults: What goes wrong.
        idle_days: Virtual days without use at the end.
        world: Where it takes place.
    """

    seed: int
    source: str
    transitions: dict[str, str]
    actions: tuple[Action, ...]
    faults: tuple[Fault, ...] = ()
    idle_days: float = 0.0
    world: World = field(default_factory=World)

    @property
    def datasets(self) -> list[str]:
        """The names of the datasets, in order."""
        return sorted({action.dataset for action in self.actions if action.dataset})

    def without(self, *gone: Action | Fault) -> Self:
        """The story without some of its parts."""
        return replace(
            self,
            actions=tuple(one for one in self.actions if not any(one is it for it in gone)),
            faults=tuple(one for one in self.faults if not any(one is it for it in gone)),
        )

    def to_json(self) -> str:
        """One line that `from_json` reads."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        data = json.loads(text)
        actions = tuple(Action(**action) for action in data.pop("actions"))
        faults = tuple(Fault(**fault) for fault in data.pop("faults"))
        world = World(**data.pop("world", {}))
        return cls(**data, actions=actions, faults=faults, world=world)
