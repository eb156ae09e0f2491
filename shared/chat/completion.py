"""One chat completion: find the deployment, send the request, return the answer."""

from collections.abc import AsyncIterator, Mapping
from functools import lru_cache

from shared import clock
from shared.access.limits import limits
from shared.billing.usage import UsageKey, counter
from shared.chat.meter import Meter
from shared.chat.request import CompletionRequest
from shared.chat.sse import relay
from shared.chat.targets import Target, targets
from shared.clients.upstream import UpstreamResponse, upstream
from shared.deployments.last_used import last_used_recorder
from shared.errors import ServiceError
from shared.registry import registry
from shared.ttl_cache import TtlCache

#: With these the service refuses the app's own identity; the caller's key is valid.
_NOT_THE_CALLERS = frozenset({401, 403})
#: Deployments that refused `stream_options` (some models of other makers do not know them). This
#: process asks them for streams without token counts.
_without_options: set[str] = set()


class Completion:
    """A chat that the service answers successfully.

    A stream must be closed once it is sent or the caller left.

    Attributes:
        target: The deployment that answers.
        content: The whole answer, under the name that the caller asked for; None for a stream.
    """

    content: bytes | None = None

    def __init__(self, target: Target, key: str, answer: UpstreamResponse, meter: Meter) -> None:
        self.target = target
        self._key = key
        self._answer = answer
        self._meter = meter
        self._counted = False

    @property
    def headers(self) -> Mapping[str, str]:
        """The service's headers, names in lower case."""
        return self._answer.headers

    async def read(self) -> None:
        """Read the whole answer unless it is a stream, and close it.

        Raises:
            ServiceError: if the connection breaks on the way.
        """
        if self.headers.get("content-type", "").startswith("text/event-stream"):
            return
        try:
            self.content = self._meter.body(await self._answer.body())
        finally:
            await self.close()

    def events(self) -> AsyncIterator[bytes]:
        """The events of a stream; raises what `relay` raises."""
        return relay(self._answer.read_chunk, self._meter.events)

    async def close(self) -> None:
        """End the upstream request and count its tokens. Calling it again does nothing."""
        if not self._counted:
            self._counted = True
            day = clock.now().date().isoformat()
            target = self.target
            used = UsageKey(day, self._key, target.model, target.run, target.base_model, target.sku)
            count = self._meter.count()
            counter().note(used, count)
            limits().count_tokens(self._key, count.prompt_tokens + count.completion_tokens)
        await self._answer.close()


async def create_completion(
    request: CompletionRequest, *, key: str, raw: bool = False
) -> Completion:
    """Send a chat to its deployment and wait for the answer: all of it, or the head of a stream.

    Args:
        request: The caller's.
        key: Name of the client key that the tokens are counted for.
        raw: Whether neither the model's system message nor its examples are added.

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
        # The deployment may have been retired, or another version promoted, just now.
        targets().forget(asked)
        newer = await targets().get(asked)
        if newer == target:
            await _check_deployment(target)
            raise
        target, answer = newer, await _ask(newer, request, raw)
    if target.run:
        last_used_recorder().record(target.run)
    meter = Meter(asked, hide_usage=not request.wants_usage)
    completion = Completion(target, key, answer, meter)
    await completion.read()
    return completion


async def _check_deployment(target: Target) -> None:
    """Check whether the deployment of a version still exists.

    Raises:
        NotReadyError: if it does not; the model is asleep from now on, and can be woken.
    """
    if not target.run or not await _missing().get(target.run):
        return
    targets().forget(target.asked)
    await targets().get(target.asked)


@lru_cache(maxsize=1)
def _missing() -> TtlCache[bool]:
    """Whether the deployment of a run is missing; Azure is asked at most every few seconds."""
    return TtlCache(_is_missing)


def _is_missing(run_id: str) -> bool:
    from shared.deployments.missing import check_deployment

    run = registry().find(run_id)
    return run is None or not run.answers or check_deployment(run) is not None


async def _ask(target: Target, request: CompletionRequest, raw: bool) -> UpstreamResponse:
    name = target.deployment
    system, examples = ("", ()) if raw else (target.system_message, target.examples)
    try:
        meter = name not in _without_options
        body = request.upstream_body(name, system, examples, meter=meter)
        return await upstream().open(name, body, dated=target.dated)
    except ServiceError as error:
        if error.status in _NOT_THE_CALLERS:
            error.status = 502
            raise
        refuses = error.status in (400, 422) and "stream_options" in error.message
        if not refuses or "stream_options" in request.fields or name in _without_options:
            raise
    _without_options.add(name)
    body = request.upstream_body(name, system, examples, meter=False)
    return await upstream().open(name, body, dated=target.dated)
