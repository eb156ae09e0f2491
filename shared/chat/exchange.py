"""One chat: find who answers, ask, and hand back what it says."""

import asyncio
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from shared.chat.stream import relayed
from shared.chat.targets import Target, targets
from shared.chat.wording import renamed, with_system
from shared.clients.upstream import UpstreamAnswer, upstream
from shared.errors import ServiceError
from shared.use import use

_NOT_OURS = frozenset({401, 403})


@dataclass(frozen=True)
class Exchange:
    """A chat that the service answers successfully; close it when the caller has all, or left.

    Attributes:
        target: Who answers.
    """

    target: Target
    _answer: UpstreamAnswer

    @property
    def headers(self) -> Mapping[str, str]:
        """The service's headers, names in lower case."""
        return self._answer.headers

    @property
    def streams(self) -> bool:
        """Whether the answer is a stream of events."""
        return self.headers.get("content-type", "").startswith("text/event-stream")

    async def body(self) -> bytes:
        """The whole answer, with the model called as the caller asked for it.

        Raises:
            ServiceError: if the connection breaks on the way.
        """
        return renamed(await self._answer.body(), self.target.asked)

    def events(self) -> AsyncIterator[bytes]:
        """The lines of a stream; see `relayed`."""
        return relayed(self._answer.lines(), self.target.asked)

    async def close(self) -> None:
        """End the request upstream; safe to repeat."""
        await self._answer.close()


async def begin(body: Mapping[str, Any], *, raw: bool = False) -> Exchange:
    """Ask for a chat and wait for the first byte of its answer.

    Args:
        body: The caller's request; `model` and `messages` are checked.
        raw: Whether the caller wants no system message put in.

    Raises:
        NotFoundError: 404, if there is no such model.
        NotReadyError: 409 or 503, if it does not answer yet, or any more.
        ServiceError: with the service's own status, code, message and retry headers.
    """
    asked = body["model"]
    target = await targets().get(asked)
    try:
        answer = await _ask(target, body, raw)
    except ServiceError as error:
        if error.status != 404:
            raise
        # Perhaps the deployment was retired, or another version took over, a moment ago.
        targets().forget(asked)
        newer = await targets().get(asked)
        if newer == target:
            raise
        target, answer = newer, await _ask(newer, body, raw)
    if target.run:
        use().note(target.run)
    return Exchange(target, answer)


async def _ask(target: Target, body: Mapping[str, Any], raw: bool) -> UpstreamAnswer:
    wanted = body if raw else with_system(body, target.system_message)
    if "openai" not in sys.modules:
        # It takes most of a second to load, and other streams must not stand still meanwhile.
        await asyncio.to_thread(import_module, "openai")
    try:
        return await upstream().open(target.deployment, wanted)
    except ServiceError as error:
        if error.status in _NOT_OURS:
            # The app's own identity was refused; the caller's key is fine and must not be blamed.
            error.status = 502
        raise
