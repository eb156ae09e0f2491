"""Whatever is sent, the emulator answers or refuses in its own shape; it never breaks."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.azure.application import build
from local.azure.deployments.errors import wrong_format
from local.azure.settings import Settings
from tests.dataset import ROWS
from tests.local.azure.emulator import ACCOUNT, DATED, MODEL, EmulatorClient

BASE = "gpt-4.1-mini"
TURN = {"role": "user", "content": [{"type": "text", "text": "The weather?"}]}
SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "array", "items": {"type": "integer"}, "minItems": 2}},
    "required": ["a"],
}
TOOL = {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}}
CHAT = {
    "model": BASE,
    "messages": [{"role": "system", "content": "S"}, TURN],
    "max_tokens": 5,
    "temperature": 0.5,
    "n": 2,
    "stop": ["x"],
    "logprobs": True,
}
FORMAT = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
GRADER = {"type": "multi", "name": "m", "calculate_output": "a", "graders": {"a": {"type": "x"}}}
JOB = {
    "model": MODEL,
    "training_file": "file-x",
    "suffix": "s",
    "seed": 1,
    "method": {"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 2}}},
    "metadata": {"k": "v"},
    "trainingType": "Standard",
}
DEPLOYMENT = {
    "sku": {"name": "Standard", "capacity": 1},
    "properties": {"model": {"format": "OpenAI", "name": BASE}, "raiPolicyName": "x"},
    "tags": {"a": "b"},
}
IMPORT = {"purpose": "fine-tune", "filename": "a", "content_url": "x://y"}
# A request that is nearly right for each kind of body that the emulator reads.
GOOD: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/openai/v1/chat/completions", CHAT),
    ("POST", "/openai/v1/chat/completions", CHAT | {"tools": [TOOL], "tool_choice": "auto"}),
    ("POST", "/openai/v1/chat/completions", CHAT | {"response_format": FORMAT}),
    ("POST", "/openai/v1/chat/completions", CHAT | {"stream": True, "stream_options": {"a": 1}}),
    ("POST", f"/openai/deployments/{BASE}/chat/completions?api-version={DATED}", CHAT),
    ("POST", "/openai/v1/fine_tuning/jobs", JOB),
    ("POST", "/openai/v1/fine_tuning/alpha/graders/validate", {"grader": GRADER}),
    ("POST", f"/openai/files/import?api-version={DATED}", IMPORT),
    ("POST", f"/openai/uploads?api-version={DATED}", {**IMPORT, "bytes": 5, "mime_type": "a"}),
    ("POST", "/subscriptions/s/metrics:getBatch?api-version=2024-02-01", {"resourceids": ["a"]}),
    ("PUT", f"{ACCOUNT}/deployments/ab?api-version=2025-06-01", DEPLOYMENT),
    ("PATCH", f"{ACCOUNT}/deployments/{BASE}?api-version=2025-06-01", DEPLOYMENT),
    ("POST", "/control/transitions", {"job": "seconds:3"}),
    ("POST", "/control/filters", {"name": "x"}),
    ("POST", "/control/faults", {"path": "/nowhere", "status": 500, "times": 1}),
]
NASTY: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, False, 0, -1, 1.5, 10**30, "", "x", "\ud800", [], [1], ["a"], [[]], {}, {"a": 1}]
) | st.text(max_size=4)
QUIET = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=40,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in inside:
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from places(item, (*path, key))


def spoil(data: st.DataObject, body: dict[str, Any]) -> dict[str, Any]:
    """The body with something else, or nothing, at one of its places."""
    spoil_dataset = copy.deepcopy(body)
    *path, last = data.draw(st.sampled_from(list(places(body))))
    target: Any = spoil_dataset
    for key in path:
        target = target[key]
    if data.draw(st.booleans()):
        target[last] = data.draw(NASTY)
    else:
        del target[last]
    return spoil_dataset


@pytest.mark.parametrize(("method", "url", "body"), GOOD)
@QUIET
@given(data=st.data())
def test_no_body_breaks_it(
    azure: EmulatorClient, method: str, url: str, body: dict[str, Any], data: st.DataObject
) -> None:
    """A right body with one wrong place is answered, or refused with a message."""
    sent = json.dumps(spoil(data, body))

    answer = azure.http.request(method, url, content=sent)

    azure.recorder.exchanges.clear()
    if answer.status_code == 500:
        # What the service says to a format that is not the model's maker's.
        assert answer.json() == wrong_format().body(v1=False), (sent, answer.text)
    assert answer.status_code <= 500, (sent, answer.text)
    if answer.status_code >= 400:
        assert answer.json()["error"]["message"]


@QUIET
@given(data=st.data())
def test_no_training_file_breaks_it(azure: EmulatorClient, data: st.DataObject) -> None:
    """Wrong rows and stray bytes are processed or end in error; a job on them ends."""
    azure.control("reset")
    rows = copy.deepcopy(list(ROWS))
    lines = [json.dumps(spoil(data, row)).encode() for row in rows]
    lines += data.draw(st.lists(st.binary(max_size=9), max_size=1))
    file = azure.upload(b"\n".join(lines))

    status = azure.call_v1("GET", f"/files/{file}").json()["status"]

    assert status in {"processed", "error"}
    if status == "processed":
        assert azure.job(azure.train(file))["status"] in {"succeeded", "failed"}


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff", b"", b'{"a": NaN', b"null"])
def test_no_bytes_break_it(azure: EmulatorClient, body: bytes) -> None:
    """What is no JSON object is a 400."""
    answer = azure.call_v1("POST", "/chat/completions", content=body)

    assert answer.status_code == 400


@QUIET
@given(
    name=st.sampled_from(["timespan", "interval", "metricnames", "aggregation", "$filter", "top"]),
    text=st.text() | st.sampled_from(["A eq 'b'", "StatusCode eq '*' and", "a/b", "99", "1e9/2e9"]),
)
def test_no_question_about_metrics_breaks_it(azure: EmulatorClient, name: str, text: str) -> None:
    """A strange parameter is answered or refused."""
    path = "/providers/Microsoft.Insights/metrics"

    answer = azure.call_arm("GET", path, params={"$filter": "StatusCode eq '*'", name: text})

    azure.recorder.exchanges.clear()
    assert answer.status_code < 500, answer.text


async def test_a_caller_that_leaves_is_no_bug(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An upload whose caller is killed in the middle leaves no file, and no word of a bug."""
    app = build(Settings(tmp_path))
    headers = {"content-type": "multipart/form-data; boundary=b", "api-key": "emulator-key"}
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/openai/v1/files",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    messages = iter(
        [
            {"type": "http.request", "body": b"--b\r\n", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )

    async def receive() -> Any:
        return next(messages)

    async def send(_: Any) -> None:
        """Nobody listens."""

    async with app.router.lifespan_context(app):
        await app(scope, receive, send)

    assert list(messages) == []
    assert caplog.records == []
