"""Who the app is: one Entra ID credential per process, and how its tokens are sent.

Plain http is for the local stand-in only. azure-core refuses to send a bearer token over http at
all (measured with azure-core 1.41), so such clients get a policy of their own, and any address that
is neither https nor on this machine is refused here.
"""

import asyncio
import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from shared import clock
from shared.errors import SettingError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential
    from azure.core.pipeline.policies import SansIOHTTPPolicy

    Policy = SansIOHTTPPolicy[Any, Any]

ARM_SCOPE = "https://management.azure.com/.default"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# A token is requested again this long before it ends, as azure-core does.
_EARLY_SECONDS = 300.0


def credential(client_id: str | None = None) -> "TokenCredential":
    """The credential of this process; the same object at each call.

    Args:
        client_id: A user-assigned identity. None: `AZURE_CLIENT_ID`, else the system's own.
    """
    return _credential(os.environ.get("IDENTITY_ENDPOINT"), client_id)


@cache
def _credential(identity_endpoint: str | None, client_id: str | None) -> "TokenCredential":
    from azure.identity import DefaultAzureCredential

    # Where the platform gives an identity there is no user to ask, and looking for the tools of
    # one (three subprocesses) only hides the real reason of a failure.
    hosted = bool(identity_endpoint)
    chosen: dict[str, Any] = {"managed_identity_client_id": client_id} if client_id else {}
    return DefaultAzureCredential(
        exclude_shared_token_cache_credential=True,
        exclude_visual_studio_code_credential=True,
        exclude_broker_credential=True,
        exclude_powershell_credential=True,
        exclude_cli_credential=hosted,
        exclude_developer_cli_credential=hosted,
        **chosen,
    )


@cache
def _provider(identity_endpoint: str | None, scope: str) -> Callable[[], str]:
    from azure.identity import get_bearer_token_provider

    return get_bearer_token_provider(_credential(identity_endpoint, None), scope)


def token_provider(scope: str) -> Callable[[], str]:
    """A function that gives a valid token for `scope`; it caches, refreshes, and is thread-safe."""
    return _provider(os.environ.get("IDENTITY_ENDPOINT"), scope)


class AsyncTokens:
    """Tokens for one scope inside an event loop: a lookup while valid, a thread to renew."""

    def __init__(self, scope: str) -> None:
        self._scope = scope
        self._token = ""
        self._renew_at = 0.0
        self._lock = asyncio.Lock()

    async def __call__(self) -> str:
        """A valid token. Raises what azure-identity raises."""
        if clock.now().timestamp() >= self._renew_at:
            async with self._lock:
                await self._renew()
        return self._token

    async def _renew(self) -> None:
        now = clock.now().timestamp()
        if now < self._renew_at:
            return
        # In a thread with its imports: streams must not stand still for a token.
        found = await asyncio.to_thread(lambda: credential().get_token(self._scope))
        self._token = found.token
        self._renew_at = max(found.expires_on - _EARLY_SECONDS, now + 1)


def require_https(address: str, setting: str) -> str:
    """`address`, if secrets may be sent to it.

    Raises:
        SettingError: if it is plain http to another machine.
    """
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise SettingError(
            setting, address, "https, unless it is this machine", f"https://{parts.netloc}"
        )
    return address


def plain_http_policy(address: str, scope: str) -> "Policy | None":
    """The `authentication_policy` for an azure-core client at `address`; None for https.

    https keeps the SDK's own policy, which also answers challenges.
    """
    if urlsplit(address).scheme == "https":
        return None
    from azure.core.pipeline.policies import SansIOHTTPPolicy

    provider = token_provider(scope)

    class Bearer(SansIOHTTPPolicy[Any, Any]):
        """Adds a token without asking for TLS."""

        def on_request(self, request: Any) -> None:
            request.http_request.headers["Authorization"] = f"Bearer {provider()}"

    return Bearer()
