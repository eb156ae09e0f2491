"""The control API: reset, clock, transitions, faults, log, state."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from openai import APIConnectionError, InternalServerError, OpenAI, RateLimitError

from tests.local.azure.emulator import KEY, MODEL, EmulatorClient

JOBS = "/fine_tuning/jobs"
MESSAGES: Any = [{"role": "user", "content": "Hi"}]


def test_it_is_closed_unless_asked_for(start: Callable[..., EmulatorClient]) -> None:
    """Without the setting there is no control API."""
    azure = start(control=False)

    assert azure.http.get("/control/state").status_code == 404


def test_reset_forgets_everything_but_the_base(azure: EmulatorClient) -> None:
    """Files, jobs, deployments, metrics and the log are empty; base deployments are there."""
    azure.deploy_tuned_model()
    azure.chat("tuned")

    azure.control("reset")

    state = azure.look("state")
    assert (state["files"], state["jobs"]) == ([], [])
    assert [one["name"] for one in state["deployments"]] == ["gpt-4.1-mini"]
    assert azure.look("requests")["requests"] == []
    assert azure.chat("gpt-4.1-mini").status_code == 200


def test_reset_brings_back_rules_and_time(azure: EmulatorClient) -> None:
    """Transitions are those of the start, and time is real again."""
    azure.control("transitions", job="seconds:9")
    azure.control("clock", advance=1e6)

    azure.control("reset")

    state = azure.look("state")
    assert state["transitions"]["job"] == "immediate"
    assert abs(state["now"] - time.time()) < 1000


def test_transitions_change_by_kind_or_all(azure: EmulatorClient) -> None:
    """The answer contains the rules in force."""
    one = azure.control("transitions", file="reads:2")
    both = azure.control("transitions", all="seconds:3", job="immediate")

    assert (one["file"], one["job"]) == ("reads:2", "immediate")
    assert (both["file"], both["job"]) == ("seconds:3", "immediate")


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("transitions", {"job": "sometimes"}),
        ("transitions", {"moon": "immediate"}),
        ("clock", {"advance": -1}),
        ("clock", {}),
        ("filters", {}),
        ("faults", {"statu": 500}),
        ("faults", {"status": 99}),
        ("faults", {"status": "500"}),
        ("faults", {"when": "during"}),
    ],
)
def test_a_wrong_request_is_refused(
    azure: EmulatorClient, action: str, body: dict[str, Any]
) -> None:
    """400 that names what is possible."""
    assert azure.http.post(f"/control/{action}", json=body).status_code == 400


def test_a_fault_answers_instead_of_the_service(azure: EmulatorClient, openai: OpenAI) -> None:
    """Status, body and headers are the fault's; nothing has happened; the next call passes."""
    body = {"error": {"code": "x", "message": "Not now"}}
    azure.control("faults", method="POST", path="*/jobs", status=503, body=body)
    file = azure.upload()

    with pytest.raises(InternalServerError, match="Not now"):
        openai.fine_tuning.jobs.create(model=MODEL, training_file=file)

    assert azure.look("state")["jobs"] == []
    assert azure.train(file)


def test_a_fault_with_retry_after_is_waited_out_by_the_sdk(azure: EmulatorClient) -> None:
    """The SDK obeys retry-after-ms and succeeds with the next call."""
    azure.control("faults", path="*/completions", status=429, headers={"retry-after-ms": "20"})

    with OpenAI(base_url=f"{azure.url}/openai/v1/", api_key=KEY, max_retries=1) as client:
        answer = client.chat.completions.create(model="gpt-4.1-mini", messages=MESSAGES)

    assert answer.choices
    statuses = [one["status"] for one in azure.look("requests")["requests"]]
    assert statuses == [429, 200]


def test_an_effect_can_lose_its_answer(azure: EmulatorClient) -> None:
    """The job exists, though the caller saw a failure; the log knows both."""
    file = azure.upload()
    azure.control("faults", method="POST", path="*/jobs", when="after", status=500)

    with pytest.raises(httpx.HTTPStatusError):
        azure.train(file)

    assert len(azure.look("state")["jobs"]) == 1
    last = azure.look("requests")["requests"][-1]
    assert (last["status"], last["effect"]) == (500, 200)


@pytest.mark.parametrize(("when", "jobs"), [("before", 0), ("after", 1)])
def test_a_connection_can_be_reset(azure: EmulatorClient, when: str, jobs: int) -> None:
    """The caller sees a broken connection, before or after the effect."""
    file = azure.upload()
    azure.control("faults", method="POST", path="*/jobs", when=when, reset=True)

    with pytest.raises(httpx.TransportError):
        azure.train(file)

    assert len(azure.look("state")["jobs"]) == jobs


def test_the_sdk_sees_a_reset_as_a_connection_error(azure: EmulatorClient, openai: OpenAI) -> None:
    """As it would at the service."""
    azure.control("faults", path="*/completions", reset=True)

    with pytest.raises(APIConnectionError):
        openai.chat.completions.create(model="gpt-4.1-mini", messages=MESSAGES)


def test_a_stream_can_break_in_the_middle(azure: EmulatorClient) -> None:
    """Some pieces arrive, then the connection breaks."""
    azure.control("faults", path="*/completions", cut_after=3)
    request = {"model": "gpt-4.1-mini", "messages": MESSAGES, "stream": True}
    seen = []

    with (
        pytest.raises(httpx.TransportError),
        azure.http.stream("POST", "/openai/v1/chat/completions", json=request) as answer,
    ):
        seen += [line for line in answer.iter_lines() if line]

    assert azure.chat("gpt-4.1-mini").status_code == 200


def test_a_fault_can_only_delay(azure: EmulatorClient) -> None:
    """Later, but answered."""
    azure.control("faults", path="*/models", delay=0.15)
    start = time.perf_counter()

    answer = azure.call_v1("GET", "/models")

    assert answer.status_code == 200
    assert time.perf_counter() - start >= 0.15


def test_an_answer_can_be_held_back(azure: EmulatorClient) -> None:
    """With `after` the effect is there at once, and only the answer comes late."""
    file = azure.upload()
    azure.control("faults", method="POST", path="*/jobs", when="after", delay=1.5)

    job = azure.job(azure.train(file))

    assert azure.look("state")["now"] - job["created_at"] >= 1.5


def test_faults_hit_as_often_as_they_say(azure: EmulatorClient) -> None:
    """`skip` lets some pass first, `times` ends it; the list says how often each has hit."""
    azure.control("faults", path="*/models", status=500, times=2, skip=1)

    seen = [azure.call_v1("GET", "/models").status_code for _ in range(5)]

    assert seen == [200, 500, 500, 200, 200]
    assert [one["hits"] for one in azure.look("faults")["faults"]] == [2]


def test_chance_is_the_same_each_time(azure: EmulatorClient) -> None:
    """A seed draws the same requests again."""
    seen = []
    for _ in range(2):
        azure.http.delete("/control/faults")
        azure.control("faults", path="*/models", status=500, times=0, probability=0.5, seed=3)
        seen.append([azure.call_v1("GET", "/models").status_code for _ in range(12)])

    assert seen[0] == seen[1]
    assert set(seen[0]) == {200, 500}


def test_a_large_upload_sees_the_faults_answer(azure: EmulatorClient, openai: OpenAI) -> None:
    """A body that is still on its way does not turn the answer into a broken pipe."""
    azure.control("faults", path="*/files", status=429)

    with pytest.raises(RateLimitError):
        openai.files.create(file=("big.jsonl", b"x" * 5_000_000), purpose="fine-tune")


def test_faults_do_not_reach_the_control_api(azure: EmulatorClient) -> None:
    """It stays open whatever is set."""
    azure.control("faults", status=500, times=0)

    assert azure.http.get("/control/faults").status_code == 200


def test_requests_are_counted_by_kind(azure: EmulatorClient) -> None:
    """The same kind on all APIs, with how many took effect."""
    file = azure.upload()
    azure.train(file)
    azure.call_v1("POST", JOBS, json={})
    azure.call_dated("GET", JOBS)
    azure.call_v1("GET", JOBS)

    counts = azure.look("requests")["counts"]

    assert counts["POST /files"] == {"requests": 1, "effects": 1}
    assert counts["POST /fine_tuning/jobs"] == {"requests": 2, "effects": 1}
    assert counts["GET /fine_tuning/jobs"] == {"requests": 2, "effects": 2}


def test_the_log_can_be_read_from_a_number_on(azure: EmulatorClient) -> None:
    """`after` gives what came since."""
    azure.call_v1("GET", "/models")
    last = azure.look("requests")["requests"][-1]["number"]
    azure.call_v1("GET", "/files")

    since = azure.look(f"requests?after={last}")["requests"]

    assert [one["path"] for one in since] == ["/openai/v1/files"]
    assert azure.http.get("/control/requests?after=x").status_code == 400


def test_no_key_is_in_the_log(azure: EmulatorClient) -> None:
    """What was asked is kept without headers and queries."""
    azure.call_v1("GET", "/files", headers={"api-key": KEY}, params={"purpose": "s3cret"})

    text = json.dumps(azure.look("requests"))

    assert KEY not in text
    assert "s3cret" not in text


def test_looking_at_the_state_is_no_read(azure: EmulatorClient) -> None:
    """Transitions by reads do not move by it."""
    azure.control("transitions", queue="reads:1", job="reads:1")
    job = azure.train()

    for _ in range(5):
        state = azure.look("state")

    assert state["jobs"][0]["status"] == "pending"
    assert azure.job(job)["status"] == "pending"
