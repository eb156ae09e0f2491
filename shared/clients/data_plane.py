"""The connections to Azure OpenAI's data plane (files, jobs, chat): one per process.

v1 API: `<endpoint>/openai/v1/`, GA since August 2025, no api-version
(learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle).
"""

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Protocol, TypeVar

from shared.clients.credentials import AsyncTokens, require_https, token_provider
from shared.settings import settings

if TYPE_CHECKING:
    from openai import AzureOpenAI, OpenAI

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 60.0
# The longest that a chat may be silent; the service ends long answers at about this time.
CHAT_SECONDS = 600.0
#: Of the chats of open-weight models (github.com/microsoft/azure-skills, fine-tuning deployment).
DATED_CHAT_VERSION = "2025-04-01-preview"
DATED_API_VERSION = "2024-10-21"  # the newest that is no preview and has uploads


class Row(Protocol):
    """What all listed objects have."""

    @property
    def id(self) -> str:
        """The object's id."""
        ...


_R = TypeVar("_R", bound=Row)


def data_plane() -> "OpenAI":
    """The client for activities, which run in threads.

    It never retries by itself. A retry after a lost answer would pay for a second job, and a wait
    inside an activity blocks a thread without showing the reason; orchestrators wait instead.
    """
    now = settings()
    return _client(now.endpoint, now.api_key, now.scope, os.environ.get("IDENTITY_ENDPOINT"))


@cache
def _client(endpoint: str, key: str | None, scope: str, _identity: str | None) -> "OpenAI":
    from openai import OpenAI, Timeout

    return OpenAI(
        base_url=_address(endpoint),
        api_key=key or token_provider(scope),
        max_retries=0,
        timeout=Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
    )


def dated_data_plane(version: str = DATED_API_VERSION) -> "AzureOpenAI":
    """The client for what only the dated routes have: uploads in parts, chats of open weights.

    `<endpoint>/openai/<path>?api-version=<version>`; never retries by itself, as `data_plane`.
    """
    now = settings()
    identity = os.environ.get("IDENTITY_ENDPOINT")
    return _dated_client(now.endpoint, now.api_key, now.scope, identity, version)


@cache
def _dated_client(
    endpoint: str, key: str | None, scope: str, _identity: str | None, version: str
) -> "AzureOpenAI":
    from openai import AzureOpenAI, Timeout

    return AzureOpenAI(
        azure_endpoint=_account(endpoint),
        api_version=version,
        api_key=key,
        azure_ad_token_provider=None if key else token_provider(scope),
        max_retries=0,
        timeout=Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
    )


class ChatPlane:
    """Where chats go, and the key that opens it.

    Attributes:
        address: The whole address of chat completions.
    """

    def __init__(self, endpoint: str, key: str | AsyncTokens) -> None:
        self.address = f"{_address(endpoint)}chat/completions"
        self._account = _account(endpoint)
        self._key = key

    def dated_address(self, deployment: str) -> str:
        """The same by the dated path of a deployment, which open-weight models are asked by."""
        path = f"/openai/deployments/{deployment}/chat/completions"
        return f"{self._account}{path}?api-version={DATED_CHAT_VERSION}"

    async def key(self) -> str:
        """The API key, or a token that is valid now. Raises what azure-identity raises."""
        return self._key if isinstance(self._key, str) else await self._key()


def chat_plane() -> ChatPlane:
    """What the settings say of the chat's upstream; `upstream` keeps one per event loop.

    Raises:
        SettingError: if the endpoint is missing or must not be used.
    """
    now = settings()
    return ChatPlane(now.endpoint, now.api_key or AsyncTokens(now.scope))


def _address(endpoint: str) -> str:
    return f"{_resource(endpoint)}/openai/v1/"


def _resource(endpoint: str) -> str:
    # The portal shows the endpoint both with and without the path.
    return require_https(endpoint, "AZURE_OPENAI_ENDPOINT").removesuffix("/openai/v1")


def _account(endpoint: str) -> str:
    # The dated routes are those of the account, also where the endpoint is that of a project.
    return _resource(endpoint).partition("/api/projects/")[0]


def every(page: Callable[[str | None], "Page[_R]"]) -> Iterator[_R]:
    """All rows of a list, page by page.

    The service may leave `has_more` out, and may ignore `after`; the SDK's own iteration then never
    ends (measured with openai 3.54). So this ends with the first page that brings nothing new.

    Args:
        page: Gets the page after the row with that id; the first one for None.
    """
    seen: set[str] = set()
    after: str | None = None
    while True:
        found = page(after)
        fresh = [row for row in found.data if row.id not in seen]
        yield from fresh
        if not fresh or not getattr(found, "has_more", False):
            return
        seen.update(row.id for row in fresh)
        after = fresh[-1].id


class Page(Protocol[_R]):
    """One page of a list."""

    data: list[_R]
