"""One chat: find who answers, ask, and hand back what it says."""

from collections.abc import AsyncIterator, Mapping
from functools import lru_cache

from shared import clock
from shared.billing.usage import Use, counter
from shared.chat.meter import Meter
from shared.chat.request import Request
from shared.chat.sse import relayed
from shared.chat.targets import Target, targets
from shared.clients.upstream import UpstreamAnswer, upstream
from shared.deployments.last_used import use
from shared.errors import ServiceError
from shared.registry import registry
from shared.ttl_cache import Kept

#: The service refuses the app, not the caller, whose key is fine and must not be blamed.
_NOT_THE_CALLERS = frozenset({401, 403})
#: Deployments that were seen to refuse streams with token counts (some models other than OpenAI's
#: know no `stream_options`); they are asked without from then on, until the process ends.
_unmetered: set[str] = set()


class Exchange:
    """A chat that the service answers successfully; close it when the caller has all, or left.

    Attributes:
        target: Who answers.
    """

    def __init__(self, target: Target, key: str, answer: UpstreamAnswer, meter: Meter) -> None:
        self.target = target
        self._key = key
        self._answer = answer
        self._meter = meter
        self._counted = False

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
        return self._meter.body(await self._answer.body())

    def events(self) -> AsyncIterator[bytes]:
        """The events of a stream; see `relayed`."""
        return relayed(self._answer.piece, self._meter.events)

    async def close(self) -> None:
        """End the request upstream and count it; safe to repeat."""
        if not self._counted:
            self._counted = True
            day = clock.now().date().isoformat()
            target = self.target
            used = Use(day, self._key, target.model, target.run, target.base_model)
            counter().note(used, self._meter.count())
        await self._answer.close()


async def begin(request: Request, *, key: str, raw: bool = False) -> Exchange:
    """Ask for a chat and wait for the first byte of its answer.

    Args:
        request: The caller's; `model` and `messages` are checked.
        key: Name of the client key that it is counted for.
        raw: Whether the caller wants neither system message nor examples put in.

    Raises:
        NotFoundError: 404, if there is no such model.
        NotReadyError: 409 or 503, if it does not answer yet, or any more.
        ServiceError: with the service's own status, code, message and retry headers.
    """
    asked = request.model
    target = await targets().get(asked)
    try:
        answer = await _ask(target, request, raw)
    except ServiceError as error:
        if error.status != 404:
            raise
        # Perhaps the deployment was retired, or another version took over, a moment ago.
        targets().forget(asked)
        newer = await targets().get(asked)
        if newer == target:
            await _notice(target)
            raise
        target, answer = newer, await _ask(newer, request, raw)
    if target.run:
        use().note(target.run)
    return Exchange(target, key, answer, Meter(asked, hide_usage=not request.wants_usage))


async def _notice(target: Target) -> None:
    """Look whether the deployment is gone.

    Raises:
        NotReadyError: if it is; the model is asleep from now on, and can be woken.
    """
    if not target.run or not await _gone().get(target.run):
        return
    targets().forget(target.asked)
    await targets().get(target.asked)


@lru_cache(maxsize=1)
def _gone() -> Kept[bool]:
    """Whether versions have lost their deployment, asked for at most every few seconds."""
    return Kept(_has_gone)


def _has_gone(run: str) -> bool:
    from shared.deployments.missing import noticed

    version = registry().find(run)
    return version is None or not version.answers or noticed(version) is not None


async def _ask(target: Target, request: Request, raw: bool) -> UpstreamAnswer:
    name = target.deployment
    system, examples = ("", ()) if raw else (target.system_message, target.examples)
    try:
        metered = name not in _unmetered
        return await upstream().open(name, request.sent(name, system, examples, meter=metered))
    except ServiceError as error:
        if error.status in _NOT_THE_CALLERS:
            # The app's own identity was refused; the caller's key is fine and must not be blamed.
            error.status = 502
            raise
        refuses = error.status in (400, 422) and "stream_options" in error.message
        if not refuses or "stream_options" in request.parsed or name in _unmetered:
            raise
    _unmetered.add(name)
    return await upstream().open(name, request.sent(name, system, examples, meter=False))
