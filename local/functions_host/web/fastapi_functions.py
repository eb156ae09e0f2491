"""HTTP functions with FastAPI types: requests go to the app's own web extension, unbuffered.

In Azure the host forwards such a request to a server inside the worker, which is the extension's
own FastAPI app. The same app serves here, so answers, errors and disconnects are its own.
"""

import importlib
import sys
import uuid
from typing import Any, cast

from starlette.types import ASGIApp, Receive, Scope, Send

from local.functions_host.worker.functions import Function
from local.functions_host.worker.invocation import Failure, Invocation, Invoker

_CALL = "local.functions_host.call"
# Where the worker's private server would be: functions see this address in request.url, not the
# caller's, and so must build links from the X-Forwarded headers.
_PRIVATE = b"127.0.0.1:9"


class FastApiFunctions:
    """The one FastAPI app of the worker, made by the extension that the function app imported."""

    def __init__(self, invoker: Invoker) -> None:
        base = sys.modules["azurefunctions.extensions.base"]
        extension = importlib.import_module(base.ModuleTrackerMeta.get_module())
        self._invoker = invoker
        self._synchronizer = base.RequestTrackerMeta.get_synchronizer()
        web = extension.WebApp()

        async def catch_all(request: Any) -> Any:
            return await self._respond(request)

        catch_all.__annotations__ = {"request": base.RequestTrackerMeta.get_request_type()}
        web.route(catch_all)
        self._app = cast("ASGIApp", web.get_app())

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, function: Function, values: dict[str, str]
    ) -> None:
        """Answer one request by the function.

        An exception of the function is answered with 500 and raised again, for the log. The app's
        time-out covers the whole answer: a stream that goes on for too long is cut.
        """
        invocation_id = str(uuid.uuid4())
        forwarded = {
            **scope,
            "headers": _forward_headers(scope, invocation_id),
            _CALL: (function, values, invocation_id),
        }
        async with self._invoker.within_timeout(function):
            await self._app(forwarded, receive, send)

    async def _respond(self, request: Any) -> Any:
        function, values, invocation_id = request.scope[_CALL]
        self._synchronizer.sync_route_params(request, values)
        call = Invocation(objects={function.trigger["name"]: request}, id=invocation_id)
        try:
            result = await self._invoker.call(function, call)
        except Failure as failure:
            raise failure.error from None
        if result is None:
            raise ValueError(f"No http response found for invocation {invocation_id}")
        return result


def _forward_headers(scope: Scope, invocation_id: str) -> list[tuple[bytes, bytes]]:
    """The headers as the real host's forwarder passes them on."""
    host = next((value for name, value in scope["headers"] if name == b"host"), b"")
    replaced = (b"host", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto")
    client = scope.get("client") or ("127.0.0.1", 0)
    return [
        (b"host", _PRIVATE),
        *((name, value) for name, value in scope["headers"] if name not in replaced),
        (b"x-forwarded-for", client[0].encode()),
        (b"x-forwarded-host", host),
        (b"x-forwarded-proto", scope["scheme"].encode()),
        (b"x-ms-invocation-id", invocation_id.encode()),
    ]
