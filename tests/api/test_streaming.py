"""Chats with a model that is asleep, on a running app: refused with a time to retry, or held."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest

from tests.api.conftest import BEARER, MASTER_KEY, Here
from tests.api.endpoints.test_wake import BASE_MODEL, is_resting, sleeping, until, wakings

HI = {"messages": [{"role": "user", "content": "hi"}]}


@contextmanager
def held_back(here: Here, run: str) -> Iterator[Callable[[], None]]:
    """Let nothing be deployed for a run until the function that this gives is called."""
    fault = {"method": "PUT", "path": f"*/deployments/{run}", "status": 503, "times": 0}
    here.place.emulator.control("faults", fault)

    def release() -> None:
        httpx.delete(f"{here.place.emulator.url}/control/faults").raise_for_status()

    try:
        yield release
    finally:
        release()


def test_a_chat_wakes_the_model_it_asks_for(here: Here) -> None:
    """The first chat is 503 and begins; later ones hear its progress; then it answers."""
    run = sleeping(here, "sleepy-0123456789").id

    with held_back(here, run) as release:
        first = here.chat(model="sleepy")
        second = here.chat(model="sleepy")
        by_id = here.chat(model=run)
        release()

    assert [one.status_code for one in (first, second, by_id)] == [503] * 3
    assert first.headers["retry-after"] == second.headers["retry-after"] == "30"
    assert (_code(first), _code(second), _code(by_id)) == (
        "model_asleep",
        "model_waking",
        "model_waking",
    )
    assert "It is being woken now." in first.json()["error"]["message"]
    row = is_resting(here, run)
    assert (row.phase, row.attempt, row.timeline[0][2]) == (
        "serving",
        2,
        "woken: a chat asked for sleepy",
    )
    assert until(lambda: here.chat(model="sleepy").status_code == 200)


def test_many_chats_wake_it_once(here: Here) -> None:
    """Chats and operators that ask at the same time deploy it once."""
    run = sleeping(here, "popular-0123456789").id

    def ask(number: int) -> int:
        if number % 4:
            return here.chat(model="popular").status_code
        return here.http.post("models/popular/wake", headers=MASTER_KEY).status_code

    with ThreadPoolExecutor(16) as pool:
        statuses = set(pool.map(ask, range(16)))

    assert statuses <= {200, 202, 503}
    assert (is_resting(here, run).phase, here.rows.get(run).attempt) == ("serving", 2)
    assert wakings(here, run) == 1


@pytest.mark.parametrize("how", ["body", "header"])
def test_a_chat_that_waits(here: Here, how: str) -> None:
    """With `wait` in the body, or the header, the line is held until the model answers."""
    run = sleeping(here, {"body": "patient-000000000b", "header": "patient-000000000d"}[how]).id
    headers = {**BEARER, "x-tunedrop-wait": "true"} if how == "header" else BEARER
    body = {"wait": True} if how == "body" else {}

    with held_back(here, run) as release, ThreadPoolExecutor(1) as pool:
        answer = pool.submit(here.chat, headers, model=run, **body)
        assert until(lambda: here.rows.get(run).waiting)
        assert not answer.done()
        release()

        assert answer.result(60).status_code == 200
    assert answer.result().json()["choices"]


def test_a_stream_that_waits(here: Here) -> None:
    """A stream begins at once with a comment, and goes on when the model answers."""
    run = sleeping(here, "flowing-0123456789").id
    body = {**HI, "model": "flowing", "stream": True, "wait": True}

    with (
        held_back(here, run) as release,
        here.http.stream("POST", "v1/chat/completions", json=body, headers=BEARER, timeout=60) as s,
    ):
        pieces = s.iter_lines()
        first = next(pieces)
        release()
        rest = list(pieces)

    assert s.status_code == 200
    assert s.headers["content-type"].startswith("text/event-stream")
    assert first == ": keep-alive"
    data = [json.loads(line[6:]) for line in rest if line.startswith("data: {")]
    assert {chunk["model"] for chunk in data} == {"flowing"}
    assert rest[-2:] == ["data: [DONE]", ""] or rest[-1] == "data: [DONE]"


def test_waiting_for_what_cannot_come(here: Here) -> None:
    """If nothing can be deployed, the held chat gets the reason, a stream as an event."""
    for name in ("vain-0123456789", "vainly-0123456789"):
        here.seed(name, active=True, phase="asleep", training_tuned_model="x.ft-1")

    answer = here.chat(model="vain", wait=True)
    stream = here.broken_stream(model="vainly", wait=True)

    assert (answer.status_code, _code(answer)) == (409, "model_failed")
    assert "Drop vain.jsonl again" in answer.json()["error"]["message"]
    event = stream.split("event: error\ndata: ")[1]
    assert json.loads(event)["error"]["code"] == "model_failed"


def test_a_caller_that_leaves_while_it_waits(here: Here) -> None:
    """Leaving ends the wait and not the waking."""
    run = sleeping(here, "leaving-0123456789").id

    with held_back(here, run) as release:
        with pytest.raises(httpx.ReadTimeout):
            here.http.post(
                "v1/chat/completions",
                json={**HI, "model": "leaving", "wait": True},
                headers=BEARER,
                timeout=1.0,
            )
        release()

    assert is_resting(here, run).phase == "serving"


def test_wait_is_a_flag(here: Here) -> None:
    """Anything but true and false is 400, as every wrong field."""
    answer = here.chat(model="base", wait="yes")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "wait")
    assert here.chat(model="base", wait=False).status_code == 200
    assert here.chat(model="base", wait=True).status_code == 200


def test_a_deployment_that_went_by_itself(here: Here) -> None:
    """A chat finds that the deployment is gone, and wakes the model."""
    run = here.seed(
        "vanished-0123456789",
        active=True,
        deployment_name="vanished-0123456789",
        deployment_created="2026-11-01T00:00:00.000Z",
        training_tuned_model=BASE_MODEL,
    ).id

    answer = here.chat(model="vanished")

    assert (answer.status_code, _code(answer)) == (503, "model_asleep")
    row = is_resting(here, run)
    notes = [note for _, _, note in row.timeline]
    assert notes[0] == "the deployment is gone; tunedrop did not delete it"
    assert notes[1:] == ["woken: a chat asked for vanished", "woken"]
    assert here.chat(model="vanished", wait=True).status_code == 200


def _code(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["code"])
