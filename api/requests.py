"""What callers sent: an invalid value becomes a 400 that names the field and the value."""

import asyncio
import re
from typing import Any, TypeVar

import orjson
from fastapi import Request
from pydantic import BaseModel, ValidationError

from shared.errors import NotFoundError, RequestError

Body = TypeVar("Body", bound=BaseModel)
_RUN = re.compile(r"[A-Za-z0-9-]{1,100}")
SHOWN = 80  # characters of an invalid value
#: Arrays, objects and fields of a body. Millions of small ones fit into few megabytes, take
#: seconds to read and a hundred times their size in memory.
MOST_VALUES = 100_000
_LARGE = 100_000  # bytes that are read within a millisecond


async def read_body(request: Request, limit: int) -> bytes:
    """A request's body; of one that is too large no more is read.

    Args:
        request: The request.
        limit: The largest body in bytes.

    Raises:
        RequestError: 413 if it is larger.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    return b"".join(parts)


async def json_body(request: Request, model: type[BaseModel], limit: int) -> dict[str, Any]:
    """The JSON object in a request's body, as it was sent.

    A large one is read in a thread: it takes milliseconds in which others would wait.

    Args:
        request: The request.
        model: What the object must be an instance of.
        limit: The largest body in bytes.

    Raises:
        RequestError: 413 if the body is larger; 400 if it is no such object.
    """
    body = await read_body(request, limit)
    if len(body) > _LARGE:
        return await asyncio.to_thread(_json_object, body, model)
    return _json_object(body, model)


def _json_object(body: bytes, model: type[BaseModel]) -> dict[str, Any]:
    if len(body) > _LARGE and sum(map(body.count, (b"{", b"[", b":"))) > MOST_VALUES:
        raise RequestError(
            "invalid_json",
            f"The body has more than {MOST_VALUES:,} arrays, objects and fields.",
            hint="Send fewer; texts may be as long as the body.",
        )
    # Not json.loads: it takes NaN and answers deep nesting with a RecursionError.
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RequestError(
            "invalid_json", f"The body is not JSON: {error}.", hint="Send a JSON object in UTF-8."
        ) from None
    if not isinstance(value, dict):
        raise RequestError(
            "invalid_body", f"The body is {_kind(value)}.", hint="Send a JSON object."
        )
    parse(model, value)
    return value


def _too_large(limit: int) -> RequestError:
    return RequestError(
        "body_too_large",
        f"The body is larger than {limit / 1e6:g} MB.",
        hint="Send less, such as smaller images.",
        status=413,
    )


def query_parameters(request: Request) -> dict[str, str]:
    """The query without the function key, which is the host's and must not appear in errors."""
    return {name: value for name, value in request.query_params.items() if name != "code"}


def run_id(request: Request) -> str:
    """The run id in the path.

    Raises:
        NotFoundError: 404 if no run can have that id; the table would refuse to look for it.
    """
    run: str = request.path_params["id"]
    if not _RUN.fullmatch(run):
        raise NotFoundError(
            "run_not_found",
            f"There is no run {run[:SHOWN]!r}.",
            hint="GET runs lists all.",
            param="id",
        )
    return run


def model_name(request: Request) -> str:
    """The model name in the path.

    Raises:
        NotFoundError: 404 if no model can have that name.
    """
    name: str = request.path_params["name"]
    if not _RUN.fullmatch(name):
        raise unknown_model(name)
    return name


def unknown_model(name: str) -> NotFoundError:
    """The error for a model that does not exist."""
    return NotFoundError(
        "model_not_found",
        f"There is no model {name[:SHOWN]!r}.",
        hint="GET models lists all.",
        param="name",
    )


def require_model(name: str) -> None:
    """See that there is a model of that name, or a run that will make it.

    Raises:
        NotFoundError: 404 if there is neither.
    """
    from shared.registry import registry

    if registry().model(name) is None and not registry().versions(name):
        raise unknown_model(name)


def parse(model: type[Body], values: object) -> Body:
    """`values` as an instance of `model`.

    Raises:
        RequestError: 400 for the first invalid field, with its name and its value.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    message = f"{field or 'body'}: {_explain(first, model)}{_show_input(first)}"
    raise RequestError("invalid_value", message, param=field or None)


def _explain(fault: Any, model: type[BaseModel]) -> str:
    """What is wrong, without pydantic's own words where they do not help a caller."""
    known = {field.alias or name: field for name, field in model.model_fields.items()}
    match fault["type"]:
        case "extra_forbidden":
            return f"There is no such field; valid fields are {', '.join(known)}"
        case "value_error":
            return str(fault["ctx"]["error"])
    field = known.get(str(fault["loc"][-1])) if fault["loc"] else None
    if field is not None and field.examples and fault["type"].startswith("string_"):
        return f"Write it as {field.examples[0]}"
    return str(fault["msg"])


def _show_input(fault: Any) -> str:
    # For a missing field pydantic's input is all the rest, and that may be a long conversation.
    if fault["type"] == "missing":
        return "."
    return f"; it is {fault['input']!r:.{SHOWN}}."


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
