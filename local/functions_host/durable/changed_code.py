"""The words in which the engine says that code no longer fits its history.

They are those of DurableTask.Core, its missing commas and names included.
"""

from local.functions_host.durable.events import Event

_CHANGED = (
    "Was a change made to the orchestrator code after this instance had already started running?"
)


def non_deterministic(text: str) -> str:
    """The output of an instance whose code no longer fits its history."""
    return f"Non-Deterministic workflow detected: {text}"


def activity_change(number: int, name: str, instead: str | None, produced: str | None) -> str:
    """A recorded activity that this replay lacks (both None), renames, or replaces."""
    start = "A previous execution of this orchestration scheduled an activity task with sequence "
    if instead is not None:
        return (
            f"{start}number {number} named '{name}', but the current orchestration replay instead "
            f"scheduled an activity task named '{instead}' with this sequence number.  {_CHANGED}"
        )
    if produced is not None:
        return (
            f"{start}number {number} named '{name}', but the current orchestration replay instead "
            f"produced a {produced} action with this sequence number. {_CHANGED}"
        )
    return (
        f"{start}ID {number} and name '{name}' (version ''), but the current replay execution "
        f"hasn't (yet?) scheduled this task. {_CHANGED}"
    )


def timer_change(number: int, produced: str | None) -> str:
    """A recorded timer that this replay lacks or replaces."""
    start = "A previous execution of this orchestration scheduled a timer task with sequence number"
    if produced is not None:
        # The missing name and comma are the extension's.
        return (
            f"{start} {number} named but the current orchestration replay instead produced a "
            f"{produced} action with this sequence number. {_CHANGED}"
        )
    return (
        f"{start} {number} but the current replay execution hasn't (yet?) scheduled this task. "
        f"{_CHANGED}"
    )


def sub_change(number: int, event: Event, instead: str | None, produced: str | None) -> str:
    """A recorded sub-orchestration that this replay lacks (both None), renames, or replaces."""
    start = (
        "A previous execution of this orchestration scheduled a sub-orchestration task with "
        f"sequence ID {number} and name '{event['Name']}' (version '', "
        f"instance ID '{event['InstanceId']}'), but the current "
    )
    if instead is not None:
        return (
            f"{start}orchestration replay instead scheduled a sub-orchestration task with name "
            f"{instead} at this sequence number. {_CHANGED}"
        )
    if produced is not None:
        return (
            f"{start}orchestration replay instead produced a {produced} action at this sequence "
            f"number. {_CHANGED}"
        )
    return f"{start}replay execution hasn't (yet?) scheduled this task. {_CHANGED}"
