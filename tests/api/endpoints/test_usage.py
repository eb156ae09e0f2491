"""Use of the chat as operators ask for it."""

import csv
import io
import time
from typing import Any

import pytest

from shared import clock
from tests.api.conftest import BASE_DEPLOYMENT, FUNCTION_KEY, Here

USER = {"role": "user", "content": "hi"}


def usage_row(here: Here, model: str) -> dict[str, Any]:
    """The line of a model."""
    answer = here.http.get("usage", params={"by": "model"}, headers=FUNCTION_KEY)
    assert answer.status_code == 200
    found = [line for line in answer.json()["lines"] if line["name"] == model]
    return dict(found[0]) if found else {}


def test_chats_are_counted(here: Here) -> None:
    """Whole answers and streams count with their tokens, at once for who asks this instance."""
    here.seed("counted-0123456789", active=True, deployment_name=BASE_DEPLOYMENT)
    whole = here.chat(model="counted").json()["usage"]
    here.chat(model="counted", stream=True)
    here.chat(model="counted", stream=True, stream_options={"include_usage": True})

    line = usage_row(here, "counted")

    assert (line["requests"], line["unmetered"]) == (3, 0)
    assert line["prompt_tokens"] == 3 * whole["prompt_tokens"]
    assert line["completion_tokens"] == 3 * whole["completion_tokens"]


def test_refused_chats_are_not_counted(here: Here) -> None:
    """What the service did not answer was not used."""
    here.seed("refused-0123456789", active=True, deployment_name=BASE_DEPLOYMENT)

    answer = here.chat(
        model="refused", messages=[{"role": "user", "content": "emulator:filter-prompt"}]
    )

    assert answer.status_code == 400
    assert usage_row(here, "refused") == {}


def test_a_stream_that_breaks_is_counted_without_tokens(here: Here) -> None:
    """The service reported no tokens; that there was a chat is known all the same."""
    here.seed("broken-0123456789", active=True, deployment_name=BASE_DEPLOYMENT)
    fault = {"path": "*/chat/completions", "cut_after": 3}
    here.place.emulator.control("faults", fault)

    here.broken_stream(model="broken")

    line = usage_row(here, "broken")
    assert (line["requests"], line["unmetered"], line["prompt_tokens"]) == (1, 1, 0)
    assert "usd" not in line["cost"]
    assert line["cost"]["unknown"]


def test_a_deployment_without_token_counts_still_streams(here: Here) -> None:
    """Where the service refuses to be asked for them, the stream is asked for without."""
    here.seed("shy-0123456789", active=True, deployment_name=BASE_DEPLOYMENT)
    refusal = {"message": "Unrecognized request argument supplied: stream_options", "code": None}
    here.place.emulator.control(
        "faults",
        {"path": "*/chat/completions", "status": 400, "body": {"error": refusal}, "times": 1},
    )

    answer = here.chat(model="shy", stream=True)

    assert answer.text.endswith("data: [DONE]\n\n")
    assert usage_row(here, "shy")["unmetered"] == 1


def test_the_key_is_known_by_its_name(here: Here) -> None:
    """Lines by key have its name and never the key."""
    here.chat(model="base")

    answer = here.http.get("usage", params={"by": "key"}, headers=FUNCTION_KEY).json()

    assert "local" in [line["name"] for line in answer["lines"]]
    assert answer["from"] <= answer["to"] == clock.now().date().isoformat()


def test_as_csv(here: Here) -> None:
    """The same lines for a spreadsheet."""
    here.chat(model="base")
    headers = {**FUNCTION_KEY, "accept": "text/csv"}

    answer = here.http.get("usage", params={"by": "day"}, headers=headers)

    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert rows[-1]["day"] == clock.now().date().isoformat()
    assert int(rows[-1]["requests"]) > 0


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"to": "1764028800"}, "to"),
        ({"to": "2026-11-25T00:00:00"}, "to"),
        ({"by": "moon"}, "by"),
        ({"first": "2026-11-25"}, "first"),
    ],
)
def test_bad_queries(here: Here, query: dict[str, str], param: str) -> None:
    """Days that are none and unknown names are 400 and named."""
    answer = here.http.get("usage", params=query, headers=FUNCTION_KEY)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == param


def test_days_without_use(here: Here) -> None:
    """Nothing used is an empty list and no cost; days may come in any order."""
    query = {"from": "2020-01-31", "to": "2020-01-01"}

    answer = here.http.get("usage", params=query, headers=FUNCTION_KEY).json()

    assert (answer["from"], answer["to"], answer["lines"]) == ("2020-01-01", "2020-01-31", [])
    assert answer["total"]["cost"]["usd"] == 0


def test_a_host_that_is_stopped_writes_first(here: Here) -> None:
    """What was counted just before SIGTERM is there after the next start."""
    here.seed("last-0123456789", active=True, deployment_name=BASE_DEPLOYMENT)
    here.place.start(USAGE_EVERY="1h")
    try:
        here.chat(model="last")
    finally:
        here.place.start()

    assert usage_row(here, "last")["requests"] == 1


def test_a_host_that_is_killed_loses_only_the_last_counts(here: Here) -> None:
    """What was written before the kill is there afterwards, counted once."""
    here.seed("killed-0123456789", active=True, deployment_name=BASE_DEPLOYMENT)
    here.chat(model="killed")
    until = time.monotonic() + 60
    while not here.has_usage("killed") and time.monotonic() < until:
        time.sleep(0.05)

    here.place.kill()
    here.place.start()

    assert usage_row(here, "killed")["requests"] == 1
