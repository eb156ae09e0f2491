"""A .NET exception as JSON text, as it stands in `Details` of a failed activity or child.

It is part of what an orchestrator sees and, uncaught, of the status, so it has all its members. The
stack frames of .NET are left out.
"""

from typing import Any

from local.functions_host.durable.failures import rpc_text, sanitize
from local.functions_host.durable.net_json import Unreadable, dump

_FAILED = -2146233088  # COR_E_EXCEPTION
_ARGUMENT = -2147024809  # COR_E_ARGUMENT


def activity_details(message: str, stack: str) -> str:
    """`Details` of an activity that raised `message` (`Type: text`)."""
    text = sanitize(message)
    return dump(_exception("System.Exception", text, _rpc_exception(message, stack)))


def orchestrator_details(message: str, stack: str) -> str:
    """`Details` that a parent sees of a child whose exception the SDK did not wrap."""
    return _aggregate(_rpc_exception(message, stack))


def reader_details(text: str) -> str:
    """`Details` of an activity, or a child, whose answer could not be read."""
    return dump(_reader_exception(text))


def unread_details(text: str) -> str:
    """`Details` that a parent sees of a child whose answer has too many levels."""
    return _aggregate(_reader_exception(text))


def argument_details(text: str) -> str:
    """`Details` that a parent sees of a child whose answer the extension would not take."""
    whole = _exception("System.ArgumentException", text, None)
    about = {"HResult": _ARGUMENT, "Source": "Microsoft.Azure.WebJobs.Extensions.DurableTask"}
    return dump(whole | {"StackTraceString": "", "ParamName": None} | about)


def _aggregate(inner: dict[str, Any]) -> str:
    whole = _exception("System.AggregateException", "One or more errors occurred.", inner)
    about = {"StackTraceString": "", "Source": "System.Private.CoreLib"}
    return dump(whole | about | {"InnerExceptions": [inner]})


def _reader_exception(text: str) -> dict[str, Any]:
    kind = Unreadable.KIND
    whole = _exception(kind, text, None, assembly="Newtonsoft.Json")
    return whole | {"StackTraceString": "", "Source": "Newtonsoft.Json"}


def _exception(
    kind: str, text: str, inner: dict[str, Any] | None, assembly: str = "System.Private.CoreLib"
) -> dict[str, Any]:
    return {
        "$type": f"{kind}, {assembly}",
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
