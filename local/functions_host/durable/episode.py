"""One episode of an orchestrator: what it is shown, what it answers, what follows from that.

Everything that follows is written in one transaction. A host killed before it has lost nothing but
the call, and calls of orchestrators may be repeated.
"""

import json
import sqlite3
from dataclasses import dataclass, field

from local.functions_host.durable import events, failures, instances
from local.functions_host.durable.actions import (
    RETRIED,
    Action,
    ActionKind,
    Answer,
    Fault,
    read_answer,
)
from local.functions_host.durable.events import Event, Kind
from local.functions_host.durable.functions import FunctionError, Functions
from local.functions_host.durable.journal import Journal
from local.functions_host.durable.net_json import Unreadable, dump, show
from local.functions_host.durable.replay import Outcome, Replay

_OFFER = (
    '"upperSchemaVersion":1,"upperSchemaVersionNew":3,'
    '"longRunningTimerIntervalDuration":"3.00:00:00","maximumShortTimerDuration":"6.00:00:00",'
    '"defaultHttpAsyncRequestSleepTimeMillseconds":30000'
)
"""What 3.19.0 offers: schema V4 under the newer key, and the longest timer of Azure Storage."""


@dataclass(slots=True)
class Episode:
    """A batch of messages for an instance, together with its past.

    `past` are the events of earlier episodes as JSON texts, `new` those of this one. `fresh` marks
    the first episode of a generation after continue-as-new: its history was written with the
    decision, and is shown as new.
    """

    row: sqlite3.Row
    past: list[str]
    new: list[Event]
    positions: list[int] = field(default_factory=list)
    fresh: bool = False

    @property
    def id(self) -> str:
        """The instance id."""
        identifier: str = self.row["id"]
        return identifier

    @property
    def name(self) -> str:
        """The orchestrator's name, as the start spelled it."""
        name: str = self.row["name"]
        return name

    @property
    def start_event(self) -> Event:
        """The ExecutionStarted of this execution."""
        first: Event = json.loads(self.past[1]) if self.past else self.new[1]
        return first

    @property
    def source(self) -> str | None:
        """The instance of which this is a restart."""
        tags: dict[str, str] = self.start_event["Tags"] or {}
        return tags.get(instances.SOURCE_TAG)

    def context(self) -> str:
        """The trigger's JSON text."""
        first = self.start_event
        history = ",".join([*self.past, *map(dump, self.new)])
        parent = first["ParentInstance"]
        about = {
            "instanceId": self.id,
            "isReplaying": first["IsPlayed"],
            "parentInstanceId": parent and parent["OrchestrationInstance"]["InstanceId"],
            "sourceInstanceId": self.source,
        }
        given = dump(show(first["Input"] or "null"))
        return f'{{"history":[{history}],"input":{given},{dump(about)[1:-1]},{_OFFER}}}'

    def all_events(self) -> list[Event]:
        """Past and new events."""
        return [*map(json.loads, self.past), *self.new]


def load(db: sqlite3.Connection, instance: str, at: str) -> Episode | list[int]:
    """Read what an instance is to work on.

    Returns:
        The episode, or the positions of messages to drop when there is nothing to work on.
    """
    row = instances.find(db, instance)
    rows = instances.inbox(db, instance)
    if row is None or row["status"] not in instances.LIVE:
        return [r["position"] for r in rows]
    past = instances.history(db, instance)
    if row["fresh"]:
        return Episode(row, [], [json.loads(text) for text in past], fresh=True)
    # Results for an execution that continued as new, or was started over, come to nothing.
    due = [r for r in rows if r["execution"] in (None, row["execution"])]
    positions = [r["position"] for r in rows]
    if not due:
        return positions
    new = [events.orchestrator_started_event(at), *map(instances.read_event, due)]
    return Episode(row, past, new, positions)


async def decide(
    episode: Episode, functions: Functions, journal: Journal
) -> tuple[Answer, Outcome]:
    """Call the orchestrator and replay its answer."""
    names = {name.lower(): name for name in functions.orchestrators()}
    name = names.get(episode.name.lower())
    if name is None:
        unknown = failures.unknown_function(episode.name, "orchestrator", [*names.values()])
        text = failures.orchestrator_failure(episode.name, unknown)
        return Answer(done=True), Outcome("Failed", text, failures.sub_details(unknown))
    answer = await _ask(episode, functions, name, journal)
    replay = Replay(
        episode.name, answer, lambda action: _find_refusal(action, episode.id, functions)
    )
    outcome = replay.run(episode.all_events())
    return answer, outcome


async def _ask(episode: Episode, functions: Functions, name: str, journal: Journal) -> Answer:
    context = episode.context()
    try:
        text = await functions.orchestrate(name, context)
    except FunctionError as failure:
        journal.episode(episode.name, episode.id, context, failure)
        state = failures.state_of(failure.message)
        return state or Answer(done=True, fault=_fault(failure))
    journal.episode(episode.name, episode.id, context, text)
    try:
        answer = read_answer(text)
        refusal = failures.status_too_large(answer.custom_status)
    except Unreadable as error:
        refusal = str(error)
    if refusal is None:
        return answer
    # As in Azure, nothing else of such an answer counts, not even what it asked for before.
    return Answer(done=True, fault=Fault(refusal, failures.sub_details(refusal)))


def _fault(failure: FunctionError) -> Fault:
    text = failures.orchestrator_fault(failure.message, failure.stack)
    return Fault(text, failures.orchestrator_details(failure.message, failure.stack))


_STUCK = "(In Azure this instance would stay Running for ever.)"
_REFUSED = {
    ActionKind.CallEntity: "entities (call_entity)",
    ActionKind.SignalEntity: "entities (signal_entity)",
    ActionKind.ScheduledSignalEntity: "entities (signal_entity)",
    ActionKind.LockEntities: "entities (locks)",
    ActionKind.ReleaseEntities: "entities (locks)",
    ActionKind.CallHttp: "call_http",
}


def _find_refusal(action: Action, caller: str, functions: Functions) -> str | None:
    if action.kind in _REFUSED:
        return (
            f"the local host does not support {_REFUSED[action.kind]}. Azure does; test this "
            "orchestrator there, or do the work in an activity."
        )
    if action.instance == caller:
        return f"{failures.OWN_ID} {_STUCK}"
    if (action.instance or "").startswith("@"):
        return f"{failures.ENTITY_ID} {_STUCK}"
    activity = action.kind in (ActionKind.CallActivity, ActionKind.CallActivityWithRetry)
    if action.kind in RETRIED and action.retry is None:
        return "Value cannot be null. (Parameter 'retryOptions')"
    if action.retry is not None and action.retry.attempts < 1:
        return f"max_number_of_attempts is {action.retry.attempts}; it must be at least 1. {_STUCK}"
    known = functions.activities() if activity else functions.orchestrators()
    if action.name.lower() in {name.lower() for name in known}:
        return None
    kind = "activity" if activity else "orchestrator"
    unknown = failures.unknown_function(action.name, kind, list(known))
    return f"{unknown} {_STUCK}"


def reasons(new: list[Event]) -> list[str]:
    """Why the instance was halted or let go on in this episode; the status shows the last one."""
    kinds = (Kind.ExecutionSuspended, Kind.ExecutionResumed)
    return [e["Reason"] for e in new if e["EventType"] in kinds and e["Reason"] is not None]
