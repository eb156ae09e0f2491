"""Streams that end early: what a caller sees, down to the bytes of the connection."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest
from azure.data.tables import TableServiceClient

from shared.registry import Model
from shared.registry.state import Phase
from shared.registry.table import TABLE, Registry
from tests.journeys.place import CLIENT_KEY, Place
from tests.runs import make_run

KEY = {"authorization": f"Bearer {CLIENT_KEY}"}


def read_until_break(
    here: Place, opened: Callable[[], object] | None = None, **body: object
) -> str:
    """What comes of a stream until its connection breaks off, without a last chunk.

    Args:
        here: The app.
        opened: Called once the first piece has come.
        body: Fields of the request.
    """
    wanted = {"messages": [{"role": "user", "content": "hi"}], "stream": True, **body}
    url = f"{here.stack.url}/api/v1/chat/completions"
    came: list[str] = []
    with httpx.stream("POST", url, json=wanted, headers=KEY, timeout=60) as stream:
        assert stream.status_code == 200, stream.read()
        pieces = stream.iter_text()
        came.append(next(pieces))
        if opened is not None:
            opened()
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
            came.extend(pieces)
    return "".join(came)


def error_at_the_end(text: str) -> dict[str, object]:
    """The error of the event that ends a broken stream."""
    event = text.rpartition("\n\nevent: error\ndata: ")[2]
    error: dict[str, object] = json.loads(event)["error"]
    return error


def service_breaks_off(here: Place) -> None:
    """The service's connection breaks in the middle: an error event, then a break."""
    here.emulator.control("faults", {"path": "*/chat/completions", "cut_after": 3})

    text = read_until_break(here, model="base")

    assert text.startswith("data: {")
    assert "[DONE]" not in text
    assert error_at_the_end(text)["code"] == "unreachable"


def app_stops(here: Place, stop: Callable[[], None]) -> None:
    """A stream that is open when the app is stopped, as by an update, ends the same way."""
    _sleeping_model(here)
    fault = {"method": "PUT", "path": "*/deployments/*", "status": 503, "times": 0}
    here.emulator.control("faults", fault)

    with ThreadPoolExecutor(1) as pool:
        text = read_until_break(here, opened=partial(pool.submit, stop), model="held", wait=True)

    here.emulator.clear_faults()
    assert text.startswith(": keep-alive")
    error = error_at_the_end(text)
    assert error["code"] == "stream_broken"
    assert "The app stopped" in str(error["message"])


def _sleeping_model(here: Place) -> None:
    with TableServiceClient.from_connection_string(here.stack.storage) as tables:
        rows = Registry(tables.create_table_if_not_exists(TABLE))
        tuned = {"training_tuned_model": "gpt-4.1-mini-2025-04-14"}
        rows.insert(make_run(model="held", id="held-0123456789", phase=Phase.ASLEEP, **tuned))
        rows.put_model(None, Model(model="held", active="held-0123456789"))
