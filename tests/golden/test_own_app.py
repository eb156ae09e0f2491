"""The app's own functions: calls of each kind on the real worker and on the local host."""

import json
import re
from collections.abc import Iterator, Mapping

import httpx
import pytest

from local.processes import ROOT
from local.stack import laptop_settings
from shared.runs.orchestration import OrchestrationState, Outcome, PollPolicy, RunRef
from tests.container import Container
from tests.golden.masking import mask_text
from tests.golden.real_worker import NEEDED, episode
from tests.golden.single_calls import Call, LocalHost, RealWorker, on_local_host, on_real_worker
from tests.journeys.place import CLIENT_KEY, KEYS, Place, place
from tests.services import Emulator, Storage

pytestmark = [pytest.mark.services, *NEEDED]
REF = RunRef("brolly-0123456789", "brolly")
STATE = OrchestrationState(ref=REF, policy=PollPolicy()).to_dict()
TIMER = json.dumps({"Schedule": {}, "ScheduleStatus": None, "IsPastDue": False})
SECOND_TURN = (
    {"EventType": 4, "EventId": 0, "Name": "validate_dataset", "Version": "", "Input": None},
    {"EventType": 13},
    {"EventType": 12},
    {"EventType": 5, "TaskScheduledId": 0, "Result": json.dumps(Outcome.done("good").to_dict())},
)


def _blob(name: str) -> Call:
    names = {"Connection": "AzureWebJobsStorage", "ContainerName": "datasets", "BlobName": name}
    reference = {
        "version": "1.0",
        "source": "AzureStorageBlobs",
        "content_type": "application/json",
        "content": json.dumps(names),
    }
    metadata = {
        "name": ("string", name.removesuffix(".jsonl")),
        "BlobTrigger": ("string", f"datasets/{name}"),
    }
    inputs = {"dataset": ("model_binding_data", reference)}
    return Call("on_dataset", inputs, metadata, client="client")


def _act(function: str, payload: object) -> Call:
    return Call(function, {"payload": ("string", json.dumps(payload))})


def _turn(function: str, text: str) -> Call:
    return Call(function, {"context": ("string", text)})


CALLS = {
    "blob": _blob("brolly.jsonl"),
    "blob of a companion": _blob("brolly.eval.jsonl"),
    "blob that is gone": _blob("gone.jsonl"),
    "timer": Call("retire_daily", {"timer": ("json", TIMER)}, client="client"),
    "orchestrator": _turn("fine_tune", episode("fine_tune", STATE)),
    "second turn": _turn("fine_tune", episode("fine_tune", STATE, *SECOND_TURN)),
    "orchestrator without input": _turn("deploy", episode("deploy", None)),
    "orchestrator without JSON": _turn("retire", "no JSON"),
    "activity": _act("find_retirable", REF.to_dict()),
    "activity of an unknown run": _act("validate_dataset", REF.to_dict()),
    "activity that fails": _act("train_model", {"nonsense": 1}),
}


@pytest.fixture(scope="module")
def real(emulator_server: Emulator, azurite_server: Storage) -> Iterator[RealWorker]:
    """The real worker with the app, and a storage account that has datasets."""
    settings = _settings(emulator_server, azurite_server)
    with on_real_worker(ROOT, settings) as worker:
        yield worker


@pytest.fixture(scope="module")
def local(
    emulator_server: Emulator, azurite_server: Storage, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalHost]:
    """The local host's calling with the app, and another account with the same datasets."""
    settings = _settings(emulator_server, azurite_server)
    with on_local_host(ROOT, tmp_path_factory.mktemp("local") / "log", settings) as calls:
        yield calls


def _settings(emulator: Emulator, server: Storage) -> dict[str, str]:
    connection = server.fresh()
    container = Container(connection)
    for name in ("brolly.jsonl", "brolly.eval.jsonl"):
        container.put(name)
    container.close()
    return laptop_settings(emulator.url, CLIENT_KEY) | {"AzureWebJobsStorage": connection}


@pytest.mark.parametrize("name", CALLS)
def test_call(name: str, real: RealWorker, local: LocalHost) -> None:
    """A call gives the real worker's result or failure, and asks the extension for the same."""
    expected = real.call(CALLS[name])

    assert local.call(CALLS[name]) == expected


@pytest.fixture(scope="module")
def host(
    emulator_server: Emulator, azurite_server: Storage, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """The app on a running local host."""
    folder = tmp_path_factory.mktemp("host")
    with place("local", emulator_server, azurite_server.fresh(), folder) as running:
        yield running


CLIENT = {"authorization": f"Bearer {CLIENT_KEY}", "content-type": "application/json"}
CHAT = {"model": "base", "messages": [{"role": "user", "content": "Where to?"}]}


def _chat(**more: object) -> bytes:
    return json.dumps({**CHAT, **more}).encode()


@pytest.mark.parametrize(
    ("function", "method", "path", "content", "headers", "values"),
    [
        ("health", "GET", "health", None, {}, {}),
        ("openapi", "GET", "openapi.json", None, {}, {}),
        ("list_models", "GET", "v1/models", None, CLIENT, {}),
        ("chat_completions", "POST", "v1/chat/completions", _chat(), CLIENT, {}),
        ("chat_completions", "POST", "v1/chat/completions", _chat(stream=True), CLIENT, {}),
        ("chat_completions", "POST", "v1/chat/completions", _chat(), {}, {}),
        ("chat_completions", "POST", "v1/chat/completions", b"{", CLIENT, {}),
        ("list_deployments", "GET", "deployments", None, {}, {}),
        ("list_runs", "GET", "runs?phase=nonsense", None, {}, {}),
        ("show_run", "GET", "runs/no-run", None, {}, {"id": "no-run"}),
        ("cancel_run", "POST", "runs/no-run/cancel", b"", {}, {"id": "no-run"}),
    ],
)
def test_http(
    real: RealWorker,
    host: Place,
    function: str,
    method: str,
    path: str,
    content: bytes | None,
    headers: dict[str, str],
    values: dict[str, str],
) -> None:
    """An endpoint answers through the running local host as from the real worker's own server."""
    url = httpx.URL(host.stack.url)
    sent = {"user-agent": "tests", "accept": "*/*", "x-functions-key": KEYS["master"], **headers}
    forwarded = {"x-forwarded-host": url.netloc.decode(), "x-forwarded-proto": url.scheme}
    expected = real.http(function, method, f"/api/{path}", content, sent | forwarded, values)

    answer = httpx.request(method, f"{url}/api/{path}", content=content, headers=sent, timeout=60)

    assert _comparable(answer.status_code, answer.headers, answer.content) == _comparable(*expected)


def _comparable(
    status: int, headers: Mapping[str, str], body: bytes
) -> tuple[int, dict[str, str], str]:
    """An answer without what differs from call to call."""
    kept = {name.lower(): value for name, value in headers.items()}
    kept = {name: value for name, value in kept.items() if not _PASSING.match(name)}
    text = re.sub(r"chatcmpl-[0-9a-f]+|\"created\": ?\d+", "<chat>", body.decode())
    return status, kept, mask_text(text)


_PASSING = re.compile(
    "date|server|connection|content-length|transfer-encoding|x-ratelimit-|.*request-id"
)
