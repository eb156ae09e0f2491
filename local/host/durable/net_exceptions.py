"""A .NET exception as JSON text, as it stands in `Details` of a failed activity or child.

It is part of what an orchestrator sees and, uncaught, of the status, so it has all its members. The
stack frames of .NET are left out.
"""

from typing import Any

from local.host.durable.jsontext import dump
from local.host.durable.sanitizer import rpc_text, sanitized

_FAILED = -2146233088  # COR_E_EXCEPTION


def activity_details(message: str, stack: str) -> str:
    """`Details` of an activity that raised `message` (`Type: text`)."""
    text = sanitized(message)
    return dump(_exception("System.Exception", text, _rpc_exception(message, stack)))


def orchestrator_details(message: str, stack: str) -> str:
    """`Details` that a parent sees of a child whose exception the SDK did not wrap."""
    remote = _rpc_exception(message, stack)
    whole = _exception("System.AggregateException", "One or more errors occurred.", remote)
    return dump(
        whole
        | {"StackTraceString": "", "Source": "System.Private.CoreLib"}
        | {"InnerExceptions": [remote]}
    )


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
        "RemoteMessage": sanitized(message),
        "RemoteTypeName": None,
        "Message": rpc_text(message, stack),
        "Data": {"$type": "System.Collections.ListDictionaryInternal, System.Private.CoreLib"},
        "InnerException": None,
        "HelpLink": None,
        "Source": "DurableEngine",
        "HResult": _FAILED,
        "StackTrace": "",
    }
