"""Clients of the chat endpoint: their keys and limits, changed while the app runs."""

import asyncio
import re
from dataclasses import replace

from fastapi import Request, Response

from api.client_keys import client_keys
from api.endpoint import Access, endpoint
from api.requests import json_body, parse
from api.responses import json_response
from api.schemas.clients import ClientInfo, ClientKeyInfo, ClientLimits, ClientList, NewClientKey
from shared import clock
from shared.access import Client, ClientKey, client_table
from shared.errors import NotFoundError, RequestError
from shared.settings import settings

LARGEST = 20_000  # bytes of a body
_NAME = re.compile(r"[A-Za-z0-9-]{1,64}")


@endpoint("GET", "clients", access=Access.MASTER_KEY, response=ClientList)
async def list_clients() -> Response:
    """List clients with their limits and the ids of their keys."""
    found = await asyncio.to_thread(client_table().clients)
    return json_response(ClientList(clients=[_info(one) for one in found]))


@endpoint(
    "PUT",
    "clients/{name}",
    access=Access.MASTER_KEY,
    request=ClientLimits,
    response=ClientInfo,
    errors=(400, 409, 413),
    name_pattern=f"^{_NAME.pattern}$",
)
async def put_client(request: Request) -> Response:
    """Create a client, or replace its limits. Its keys stay."""
    name = request.path_params["name"]
    if not _NAME.fullmatch(name):
        raise RequestError(
            "invalid_value",
            f"{name[:80]!r} is no name of a client.",
            hint="Use 1 to 64 letters, digits and hyphens.",
            param="name",
        )
    if name in settings().client_keys:
        raise RequestError(
            "client_of_setting",
            f"Client {name} has its key in CLIENT_KEYS.",
            hint="Choose another name, or remove it from CLIENT_KEYS first.",
            status=409,
        )
    limits = parse(ClientLimits, await json_body(request, ClientLimits, LARGEST))
    values = {**limits.model_dump(), "models": tuple(limits.models)}
    old = await asyncio.to_thread(client_table().find, name)
    await _put(replace(old or Client(name), **values))
    return json_response(_info(replace(old or Client(name), **values)))


@endpoint("DELETE", "clients/{name}", access=Access.MASTER_KEY, response=ClientList)
async def delete_client(request: Request) -> Response:
    """Delete a client with its keys, and list those that are left. Safe to repeat."""
    name = request.path_params["name"]
    if _NAME.fullmatch(name):
        await asyncio.to_thread(client_table().delete, name)
        client_keys().forget("")
    return await list_clients()


@endpoint(
    "POST",
    "clients/{name}/keys",
    access=Access.MASTER_KEY,
    response=NewClientKey,
    statuses=(201,),
    errors=(404, 409),
)
async def create_client_key(request: Request) -> Response:
    """Create a key for a client, which can have two: the new one is rolled out, the old deleted."""
    client = await _find(request)
    changed, record, key = client.add_key(clock.now())
    await _put(changed)
    answer = NewClientKey(**_key_info(record).model_dump(), key=key)
    return json_response(answer, status=201)


@endpoint(
    "DELETE",
    "clients/{name}/keys/{id}",
    access=Access.MASTER_KEY,
    response=ClientInfo,
    errors=(404, 409),
)
async def delete_client_key(request: Request) -> Response:
    """Delete a key; it is refused within 3 seconds. Safe to repeat."""
    client = await _find(request)
    kept = tuple(key for key in client.keys if key.id != request.path_params["id"])
    if kept != client.keys:
        await _put(replace(client, keys=kept))
    return json_response(_info(replace(client, keys=kept)))


async def _find(request: Request) -> Client:
    name = request.path_params["name"]
    found = None
    if _NAME.fullmatch(name):
        found = await asyncio.to_thread(client_table().find, name)
    if found is None:
        raise NotFoundError(
            "client_not_found",
            f"There is no client {name[:80]!r}.",
            hint="GET clients lists all; PUT clients/{name} creates one.",
            param="name",
        )
    return found


async def _put(client: Client) -> None:
    await asyncio.to_thread(client_table().put, client)
    client_keys().forget("")  # other instances look again within seconds


def _info(client: Client) -> ClientInfo:
    return ClientInfo(
        name=client.name,
        keys=[_key_info(key) for key in client.keys],
        requests_per_minute=client.requests_per_minute,
        tokens_per_minute=client.tokens_per_minute,
        budget_month=client.budget_month,
        models=list(client.models),
        ends=client.ends,
    )


def _key_info(key: ClientKey) -> ClientKeyInfo:
    return ClientKeyInfo(id=key.id, created=key.created.isoformat(timespec="seconds"))
