"""POST orchestrators/{name}[/{id}] and POST instances/{id}/restart: start an execution."""

import uuid

from starlette.responses import Response

from local.functions_host.durable import instances
from local.functions_host.durable.instances import AlreadyExists, Start
from local.functions_host.durable.management.call import (
    Call,
    bad_json,
    body,
    exception,
    message,
    unsupported_response,
)
from local.functions_host.durable.net_json import Unreadable, load


async def start(call: Call, name: str, instance: str | None) -> Response:
    """Start an orchestrator: 202 with links, 409 if the id is alive, 400 for a bad body.

    An unknown name is 202, too: the instance then fails. A start that waits for the end is refused.
    """
    if call.text("timeout") and call.text("pollingInterval"):
        return unsupported_response("a start that waits for the end (timeout, pollingInterval)")
    text = await call.body()
    try:
        if text:
            load(text)
    except Unreadable as fault:
        return bad_json(fault)
    identifier = instance or uuid.uuid4().hex
    try:
        await _start(call, Start(identifier, name, text or None))
    except AlreadyExists as error:
        return message(str(error), 409)
    return _accept(call, identifier)


async def restart(call: Call, instance: str) -> Response:
    """Start an instance's orchestrator again with the same input.

    Under a new id, unless `restartWithNewInstanceId=false`: 202; 400 unknown; 409 alive.
    """
    new = call.flag("restartWithNewInstanceId", default=True)
    return await _restart(call, instance, uuid.uuid4().hex if new else instance)


async def _restart(call: Call, old: str, new: str) -> Response:
    row = await call.engine.store.read(lambda db: instances.find(db, old))
    if row is None:
        return exception(
            "InstanceId does not match a valid orchestration instance.",
            400,
            "System.ArgumentException",
            f"No instance with ID '{old}' was found. (Parameter 'instanceId')",
        )
    source = None if new == old else old
    try:
        await _start(
            call, Start(new, row["name"], row["input"], None, source, execution=uuid.uuid4().hex)
        )
    except AlreadyExists as error:
        return exception(
            "A non-terminal instance with this instance ID already exists.",
            409,
            "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
            str(error),
        )
    return _accept(call, new)


async def _start(call: Call, new: Start) -> None:
    at, now = call.now()
    with call.engine.clock.busy():
        await call.engine.store.write(lambda db: instances.start(db, new, at=at, now=now))
        call.engine.wake(new.instance)


def _accept(call: Call, instance: str) -> Response:
    links = call.engine.links.of(instance, call.origin)
    # .NET leaves "~" as it is in a header, and escapes it in the body.
    location = links["statusQueryGetUri"].replace("%7E", "~")
    headers = {"Location": location, "Retry-After": "10"}
    return body(links, 202, headers)
