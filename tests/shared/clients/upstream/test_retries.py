"""What is tried again before the first byte, how soon and for how long."""

import json
import time
from dataclasses import replace

import pytest

from shared.clients.upstream import upstream
from shared.errors import RelayedError
from shared.settings import settings
from tests.shared.clients.conftest import Reply, ScriptedServer
from tests.shared.clients.upstream import BUSY, HELLO


@pytest.mark.parametrize("first", [BUSY, replace(BUSY, status=429), replace(BUSY, status=0)])
async def test_what_a_retry_can_help_is_retried(
    scripted_server: ScriptedServer, first: Reply
) -> None:
    """A short refusal or a cut line before the first byte is not the caller's to see."""
    scripted_server.reply_with(first, Reply(200, {"a": 1}))

    answer = await upstream().open("run-1", HELLO)

    assert json.loads(await answer.body()) == {"a": 1}
    await answer.close()
    assert [seen.body for seen in scripted_server.seen] == [HELLO, HELLO]


@pytest.mark.parametrize("status", [400, 404, 408, 409, 422])
async def test_what_no_retry_helps_is_not_retried(
    scripted_server: ScriptedServer, status: int
) -> None:
    """A refusal that would come again reaches the caller at once."""
    scripted_server.reply_with(replace(BUSY, status=status))

    with pytest.raises(RelayedError) as caught:
        await upstream().open("run-1", HELLO)

    assert caught.value.status == status
    assert len(scripted_server.seen) == 1


async def test_the_service_says_how_long_to_wait(scripted_server: ScriptedServer) -> None:
    """A retry comes no sooner than the service asks for."""
    scripted_server.reply_with(replace(BUSY, headers={"retry-after-ms": "400"}), Reply(200, {}))
    began = time.monotonic()

    await (await upstream().open("run-1", HELLO)).close()

    assert time.monotonic() - began >= 0.4
    assert len(scripted_server.seen) == 2


async def test_retries_end_in_time(
    scripted_server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stays refused is tried a few times, with growing waits, and then reported."""
    monkeypatch.setenv("CHAT_RETRY_FOR", "3s")
    settings.cache_clear()
    scripted_server.reply_with(BUSY)

    with pytest.raises(RelayedError) as caught:
        await upstream().open("run-1", HELLO)

    assert caught.value.headers == {"retry-after-ms": "10"}
    # After 0.1, 0.3, 0.7 and 1.5 seconds, each up to a quarter more; fewer on a slow machine.
    assert 2 <= len(scripted_server.seen) <= 5
