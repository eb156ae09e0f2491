"""The words in which the Functions host and the Durable extension report failures.

Apps branch on them and people search for them, so they are the real ones. `Details` of a failed
activity or child is a .NET exception as JSON: an orchestrator sees it and, uncaught, so does the
status, so it has all its members. Stack frames of .NET are left out.
"""

import json
import re
from typing import Any

from local.functions_host.durable.actions import Answer
from local.functions_host.durable.net_json import depth_fault, dump

_FAILED = -2146233088  # COR_E_EXCEPTION
_HIDDEN = "[Hidden Credential]"
# After Sanitizer.cs of azure-functions-host. The newest hosts also know "key="; the recorded one,
# which is the judge of this engine, does not.
_TOKENS = re.compile(
    r"(?:(?<!(?-i:PublicKey))Token=|DefaultEndpointsProtocol=http|AccountKey=|Data Source=|Server="
    r"|Password=|pwd=|&amp;sig=|&sig=|\?sig=|SharedAccessKey=|&amp;code=|&code=|\?code=)[^<\"']*",
    re.IGNORECASE,
)
_MARK = "\n\n$OutOfProcData$:"

STATUS_LIMIT = 16 * 1024
"""Bytes of UTF-16 that a custom status may have."""

OWN_ID = (
    "The instance ID of a sub-orchestration must be different than the instance ID of a parent "
    "orchestration."
)
"""An orchestrator calls a sub-orchestrator under its own id."""

ENTITY_ID = "Orchestration instance ids must not start with @."
"""An orchestrator calls a sub-orchestrator under an id like an entity's."""


def sanitize(text: str) -> str:
    """`text` without credentials, as the host cuts them: from a token up to the next quote or `<`.

    The cut eats the backslash of an escaped quote, so JSON within `text` may not survive it. Azure
    loses the state of a failing orchestrator that way, and so does this host.
    """
    return _TOKENS.sub(_HIDDEN, text)


def rpc_text(message: str, stack: str) -> str:
    """The text of the host's RpcException for a function that raised."""
    return f"Result: Failure\nType: \nException: {sanitize(message)}\nStack: {stack}"


def state_of(message: str) -> Answer | None:
    """The state that the SDK hides in a failure's message, or None if it is not accepted."""
    _, mark, text = sanitize(message).rpartition(_MARK)
    if not mark:
        return None
    try:
        data = json.loads(text)
        if depth_fault(text) or data["isDone"] or not data["error"]:
            return None
        return Answer.from_dict(data)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def orchestrator_failure(name: str, text: str) -> str:
    """The output of an instance whose code raised."""
    return f"Orchestrator function '{name}' failed: {text}"


def orchestrator_fault(message: str, stack: str) -> str:
    """What stands after "failed:" when the SDK did not wrap the exception."""
    return f"One or more errors occurred. ({rpc_text(message, stack)})"


def sub_details(text: str) -> str:
    """`Details` that a parent sees of a sub-orchestration whose code raised."""
    return f"Message: {text}, StackTrace: "


def sub_code_change(text: str) -> str:
    """`Details` that a parent sees of a sub-orchestration whose code has changed."""
    kind = "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException"
    return f"Unhandled exception while executing orchestration: {kind}: {text}\n"


def activity_reason(name: str, message: str) -> str:
    """`Reason` of a failed activity."""
    return f"Activity function '{name}' failed: {sanitize(message)}"


def status_too_large(custom_status: str | None) -> str | None:
    """Why a custom status (JSON text) is not accepted, or None if it is."""
    size = len((custom_status or "").encode("utf-16-le"))
    if size // 1024 <= STATUS_LIMIT // 1024:  # the extension counts whole kilobytes
        return None
    return (
        f"The UTF-16 size of the JSON-serialized payload must not exceed {STATUS_LIMIT // 1024} "
        f"KB. The current payload size is {size // 1024} KB."
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


def activity_details(message: str, stack: str) -> str:
    """`Details` of an activity that raised `message` (`Type: text`)."""
    text = sanitize(message)
    return dump(_exception("System.Exception", text, _rpc_exception(message, stack)))


def orchestrator_details(message: str, stack: str) -> str:
    """`Details` that a parent sees of a child whose exception the SDK did not wrap."""
    inner = _rpc_exception(message, stack)
    whole = _exception("System.AggregateException", "One or more errors occurred.", inner)
    about = {"StackTraceString": "", "Source": "System.Private.CoreLib"}
    return dump(whole | about | {"InnerExceptions": [inner]})


def _exception(kind: str, text: str, inner: dict[str, Any]) -> dict[str, Any]:
    return {
        "$type": f"{kind}, System.Private.CoreLib",
        "ClassName": kind,
        "Message": text,
        "Data": None,
        "InnerException": inner,
        "HelpURL": None,
        "StackTraceString": None,
        "RemoteStackTraceString": None,
        "RemoteStackIndex": 0,
        "ExceptionMethod": None,
        "HResult": _FAILED,
        "Source": None,
        "WatsonBuckets": None,
    }


def _rpc_exception(message: str, stack: str) -> dict[str, Any]:
    return {
        "$type": "Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException, "
        "Microsoft.Azure.WebJobs.Script",
        "IsUserException": False,
        "RemoteStackTrace": stack,
        "RemoteMessage": sanitize(message),
        "RemoteTypeName": None,
        "Message": rpc_text(message, stack),
        "Data": {"$type": "System.Collections.ListDictionaryInternal, System.Private.CoreLib"},
        "InnerException": None,
        "HelpLink": None,
        "Source": "Engine",
        "HResult": _FAILED,
        "StackTrace": "",
    }
