"""The words in which the Functions host and the Durable extension report failures.

Apps branch on them and people search for them, so they are the real ones. What .NET would add below
them (stack frames of the host) is left out.
"""

import json
import re
from typing import Any

from local.host.durable.actions import Answer
from local.host.durable.jsontext import dump

_MARK = "\n\n$OutOfProcData$:"
_HIDDEN = "[Hidden Credential]"
# After Sanitizer.cs of azure-functions-host. The newest hosts also know "key="; the recorded one,
# which is the judge of this engine, does not.
_TOKENS = re.compile(
    r"(?:Token=|DefaultEndpointsProtocol=http|AccountKey=|Data Source=|Server=|Password=|pwd="
    r"|&amp;sig=|&sig=|\?sig=|SharedAccessKey=|&amp;code=|&code=|\?code=)[^<\"']*",
    re.IGNORECASE,
)
OWN_ID = (
    "The instance ID of a sub-orchestration must be different than the instance ID of a parent "
    "orchestration."
)
"""An orchestrator calls a sub-orchestrator under its own id."""

_CHANGED = (
    "Was a change made to the orchestrator code after this instance had already started running?"
)


def sanitized(text: str) -> str:
    """`text` without credentials, as the host cuts them: from a token up to the next quote or `<`.

    The cut eats the backslash of an escaped quote, so JSON within `text` may not survive it. Azure
    loses the state of a failing orchestrator that way, and so does this host.
    """
    kept = text.replace("PublicKeyToken=", "\0")
    return _TOKENS.sub(_HIDDEN, kept).replace("\0", "PublicKeyToken=")


def rpc_text(message: str, stack: str) -> str:
    """The text of the host's RpcException for a function that raised."""
    return f"Result: Failure\nType: \nException: {sanitized(message)}\nStack: {stack}"


def state_of(message: str) -> Answer | None:
    """The state that the SDK hides in a failure's message, or None if it is not accepted."""
    _, mark, text = sanitized(message).rpartition(_MARK)
    if not mark:
        return None
    try:
        data = json.loads(text, object_pairs_hook=_without_doubles)
    except ValueError:
        return None
    return Answer.from_dict(data) if _accepted(data) else None


def orchestrator_failed(name: str, text: str) -> str:
    """The output of an instance whose code raised."""
    return f"Orchestrator function '{name}' failed: {text}"


def orchestrator_fault(message: str, stack: str) -> str:
    """What stands after "failed:" when the SDK did not wrap the exception."""
    return f"One or more errors occurred. ({rpc_text(message, stack)})"


def sub_details(text: str) -> str:
    """`Details` that a parent sees of a sub-orchestration whose code raised."""
    return f"Message: {text}, StackTrace: "


def sub_unhandled(text: str) -> str:
    """`Details` that a parent sees of a sub-orchestration whose code has changed."""
    kind = "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException"
    return f"Unhandled exception while executing orchestration: {kind}: {text}\n"


def activity_reason(name: str, message: str) -> str:
    """`Reason` of a failed activity."""
    return f"Activity function '{name}' failed: {sanitized(message)}"


def activity_details(message: str, stack: str) -> str:
    """`Details` of a failed activity: the .NET exception as JSON text.

    It is part of what an orchestrator sees and, uncaught, of the status, so it has all its fields.
    """
    text = sanitized(message)
    remote = {
        "$type": "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, "
        "Microsoft.Azure.WebJobs.Script",
        "IsUserException": False,
        "RemoteStackTrace": stack,
        "RemoteMessage": text,
        "RemoteTypeName": None,
        "Message": rpc_text(message, stack),
        "Data": {"$type": "System.Collections.ListDictionaryInternal, System.Private.CoreLib"},
        "InnerException": None,
        "HelpLink": None,
        "Source": "DurableEngine",
        "HResult": -2146233088,
        "StackTrace": "",
    }
    return dump(
        {
            "$type": "System.Exception, System.Private.CoreLib",
            "ClassName": "System.Exception",
            "Message": text,
            "Data": None,
            "InnerException": remote,
            "HelpURL": None,
            "StackTraceString": None,
            "RemoteStackTraceString": None,
            "RemoteStackIndex": 0,
            "ExceptionMethod": None,
            "HResult": -2146233088,
            "Source": None,
            "WatsonBuckets": None,
        }
    )


def unknown_function(name: str, kind: str, known: list[str]) -> str:
    """Why a function cannot be called; `kind` is "orchestrator" or "activity"."""
    listed = "', '".join(sorted(known))
    about = (
        f"The following are the known {kind} functions: '{listed}'."
        if known
        else f"No {kind} functions are currently registered!"
    )
    return (
        f"The function '{name}' doesn't exist, is disabled, or is not an {kind} function. "
        f"Additional info: {about}"
    )


def non_deterministic(text: str) -> str:
    """The output of an instance whose code no longer fits its history."""
    return f"Non-Deterministic workflow detected: {text}"


def changed_activity(number: int, name: str, instead: str | None, produced: str | None) -> str:
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


def changed_timer(number: int, produced: str | None) -> str:
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


def changed_sub(
    number: int, event: dict[str, Any], instead: str | None, produced: str | None
) -> str:
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


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError
    return data


def _accepted(data: Any) -> bool:
    if not isinstance(data, dict) or data.get("isDone") is not False:
        return False
    error, groups = data.get("error"), data.get("actions")
    if not (isinstance(error, str) and error and isinstance(groups, list)):
        return False
    return all(isinstance(g, list) and all(isinstance(a, dict) for a in g) for g in groups)
