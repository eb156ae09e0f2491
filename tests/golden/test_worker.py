"""The local host's loading and calling, held against recordings of the real Python worker."""

import ast
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import azure.durable_functions as df
import pytest
from azure.functions.meta import Datum

from local.functions_host.worker.functions import FunctionTable
from local.functions_host.worker.invocation import Failure, Invocation, Invoker
from local.functions_host.worker.loading import index
from tests.golden.host_deviations import HOST_DEVIATIONS
from tests.golden.recordings import GOLDEN
from tests.local.functions_host.worker.test_loading import load_all
from tests.local.functions_host.worker.variants import VARIANTS, Variant

WORKER = GOLDEN / "worker-3.13"
ABSENT = f"{WORKER} is not there: recordings of the real worker lie beside some checkouts only"
pytestmark = [
    pytest.mark.services,
    pytest.mark.skipif(not WORKER.exists(), reason=ABSENT),
    # The SDK warns once per process.
    pytest.mark.filterwarnings("ignore:azure.functions df_loads:DeprecationWarning"),
]

# Apps with which this host does otherwise.
DEVIATING = {one.variant for one in HOST_DEVIATIONS if one.variant}


def _read(name: str) -> dict[str, Any]:
    path = WORKER / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def _inputs() -> list[str]:
    """The recorded activity calls that a host can make: string, json and bytes."""
    return [key for key in _read("activity_types") if re.match(r"\w+ <- (string|json) ", key)]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What this host makes of every variant."""
    folders = []
    for variant in VARIANTS:
        folder = tmp_path_factory.mktemp(variant.name)
        (folder / "function_app.py").write_text(variant.source)
        folders.append((str(folder), variant.settings))
    return {v.name: answer for v, answer in zip(VARIANTS, load_all(folders), strict=True)}


def test_every_recorded_variant_is_there() -> None:
    """Each app that was recorded has its like among the variants of this host's tests."""
    assert set(_read("variants")) <= {variant.name for variant in VARIANTS}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_variant_as_recorded(variant: Variant, outcomes: dict[str, Any]) -> None:
    """An app is taken, or refused, with the words that the real worker said of this very app."""
    recorded = _read("project_variants")[variant.name]

    outcome = outcomes[variant.name]

    if variant.name in DEVIATING:
        assert "refused" not in recorded
        assert "refused" in outcome
    elif "refused" in recorded:
        words = recorded["refused"].partition("Current sys.path:")[0]
        assert outcome.get("refused", "").startswith(words)
    else:
        assert outcome["functions"] == sorted(recorded["functions"])


@pytest.mark.parametrize("name", _read("variants"))
def test_similar_app_as_recorded(name: str, outcomes: dict[str, Any]) -> None:
    """An app is taken or refused as one that differs in the same thing, with the same words."""
    recorded = _read("variants")[name]

    outcome = outcomes[name]

    if recorded["metadata_status"] == "Failure":
        words = recorded["message"].partition("Current sys.path:")[0]
        assert outcome.get("refused", "").startswith(words)
    else:
        # Recorded apps may hold further functions that play no part.
        assert set(outcome["functions"]) <= set(recorded["functions"])


@dataclass
class _Payload:
    k: str


def _app() -> FunctionTable:
    app = df.DFApp()

    def act(payload):  # type: ignore[no-untyped-def]
        return {"python_type": type(payload).__name__, "repr": repr(payload)}

    def act_str(payload: str) -> str:
        return f"{type(payload).__name__}:{payload!r}"

    def act_dc(payload: _Payload) -> dict:  # type: ignore[type-arg]
        return {"python_type": type(payload).__name__, "repr": repr(payload)}

    for function in (act, act_str, act_dc):
        app.activity_trigger(input_name="payload")(function)
    return index(app.get_functions())


@pytest.fixture
async def invoker() -> AsyncIterator[Invoker]:
    """Runs functions; nobody here asks for a client."""
    made = Invoker(lambda: "", threads=1)
    yield made
    await made.close()


@pytest.mark.parametrize("call", _inputs())
async def test_activity_input_as_read(call: str, invoker: Invoker) -> None:
    """An activity sees what the real worker showed it, and its answer is the same text."""
    name, kind, text = re.fullmatch(r"(\w+) <- (\w+) (.*)", call, re.DOTALL).groups()  # type: ignore[union-attr]
    data = Datum(ast.literal_eval(text), kind)

    result = await invoker.convert(_app()[name], Invocation(inputs={"payload": data}))

    assert result.type == "json"
    assert result.value == _read("activity_types")[call]["json"]


async def test_bytes_as_read(invoker: Invoker) -> None:
    """Bytes for an activity fail with the real worker's words."""
    call = Invocation(inputs={"payload": Datum(b"x", "bytes")})

    with pytest.raises(Failure) as caught:
        await invoker.convert(_app()["act"], call)

    assert caught.value.message == _read("activity_types")["act <- bytes b'x'"]
