"""Whole values out of a text: bodies of requests, and texts that Python's own reader refuses."""

import json
from typing import Any

from local.functions_host.durable.newtonsoft.reader import DEPTH, Reader, Token
from local.functions_host.durable.newtonsoft.text import Unreadable

_CONTAINERS = {Token.StartObject: "JObject", Token.StartArray: "JArray"}
_ENDS = (Token.EndObject, Token.EndArray)


def load(text: str) -> Any:
    """The value at the beginning of a text, whatever follows it.

    Bodies of events are read so, and what a status shows of a text.

    Raises:
        Unreadable: It is not JSON.
    """
    try:
        return _as_python_reads(text)
    except json.JSONDecodeError:
        return _value(Reader(text))


def check_start(text: str) -> None:
    """Find fault with the body of a start, which the extension reads in another way.

    Raises:
        Unreadable: It is not JSON, or something follows it.
    """
    try:
        _as_python_reads(text)
    except json.JSONDecodeError:
        reader = Reader(text)
        while (more := reader.read()) and reader.token is Token.Comment:
            pass
        array = reader.token is Token.StartArray
        if more and reader.token in _CONTAINERS and _container(reader)[1] is False:
            raise _unfinished_start(reader, array=array) from None
        if not more:
            raise reader.fault("Error reading JToken from JsonReader.") from None
        _finish(reader)


def without_metadata(value: Any) -> Any:
    """What is left of a function's result: an object's first names may mean something in .NET.

    `$type` and `$id` are dropped, `$values` stands for its value and `$ref` for nothing.
    """
    while isinstance(value, dict) and value:
        name, held = next(iter(value.items()))
        if name == "$values":
            return held
        if name == "$ref" and isinstance(held, str):
            return None
        if name not in ("$type", "$id") and (name, held) != ("$ref", None):
            return value
        value = {key: item for key, item in value.items() if key != name}
    return value


def too_deep(text: str) -> str | None:
    """Why a text from Python's own writer is not read, or None: it has too many levels."""
    if text.count("[") + text.count("{") <= DEPTH:
        return None
    reader = Reader(text)
    try:
        while reader.read():
            pass
    except Unreadable as error:
        return str(error)
    return None


def _as_python_reads(text: str) -> Any:
    value = json.loads(text)
    if fault := too_deep(text):
        raise Unreadable(fault)
    return value


def _finish(reader: Reader) -> None:
    while reader.read():
        pass


def _value(reader: Reader) -> Any:
    if not reader.read():
        raise reader.fault("Error reading JToken from JsonReader.")
    if reader.token in (Token.Undefined, Token.Comment):
        raise _foreign(reader)
    kind = _CONTAINERS.get(reader.token) if reader.token else None
    if kind is None:
        return reader.value
    value, whole = _container(reader)
    if whole:
        return value
    if reader.depth == 1 and reader.token in _CONTAINERS:
        raise reader.fault(f"Error reading {kind} from JsonReader.")
    raise reader.fault(f"Unexpected end of content while loading {kind}.")


def _container(reader: Reader) -> tuple[Any, bool]:
    """The container that was just opened, and whether it has an end."""
    outer: Any = {} if reader.token is Token.StartObject else []
    stack, name = [outer], ""
    while reader.read():
        if reader.token is Token.Undefined:
            raise _foreign(reader)
        if reader.token is Token.Name:
            name = reader.value
        elif reader.token in _ENDS:
            stack.pop()
            if not stack:
                return outer, True
        elif reader.token is not Token.Comment:
            value = _begun(reader)
            if isinstance(stack[-1], list):
                stack[-1].append(value)
            else:
                stack[-1][name] = value
            if reader.token in _CONTAINERS:
                stack.append(value)
    return outer, False


def _begun(reader: Reader) -> Any:
    if reader.token is Token.StartObject:
        return {}
    return [] if reader.token is Token.StartArray else reader.value


def _foreign(reader: Reader) -> Unreadable:
    # Azure takes these, and the orchestrator cannot read what it is given then.
    return reader.fault("A comment or `undefined` in place of a value cannot be read by Python.")


def _unfinished_start(reader: Reader, *, array: bool) -> Unreadable:
    # A container that nothing seems to be missing from counts as whole, even without its end.
    whole = reader.token is None or (reader.token in _ENDS and reader.depth == 2 - array)
    if whole and array:
        # Azure takes this, and the instance fails without having run.
        return reader.fault("Unexpected end of content while loading JArray.")
    if not whole and (array or reader.depth > 1):
        text = f"Unexpected end when reading token. Path '{reader.outer_path()}'."
        return Unreadable(text, "JsonWriterException")
    empty = reader.depth == 1 and reader.token is Token.StartObject
    what = "reading JSON" if empty else "deserializing object"
    return reader.fault(f"Unexpected end when {what}.", "JsonSerializationException")
