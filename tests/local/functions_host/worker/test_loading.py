"""What the host loads and what it refuses, against the real worker's words."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.local.functions_host.worker.variants import VARIANTS, Variant

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What became of every variant, loaded once each."""
    folders = []
    for variant in VARIANTS:
        folder = tmp_path_factory.mktemp(variant.name)
        (folder / "function_app.py").write_text(variant.source)
        folders.append((str(folder), variant.settings))
    answers = load_all(folders)
    return {variant.name: answer for variant, answer in zip(VARIANTS, answers, strict=True)}


def load_all(folders: list[tuple[str, dict[str, str]]]) -> list[dict[str, Any]]:
    """Load each folder in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.local.functions_host.worker.loader_process"],
        input=json.dumps(folders),
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[4],
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_variant(variant: Variant, outcomes: dict[str, Any]) -> None:
    """An app that differs in one thing is taken or refused as by the worker, in the same words."""
    outcome = outcomes[variant.name]

    if variant.refusal is None:
        assert outcome.get("functions") == list(variant.functions), outcome
    else:
        assert outcome.get("refused", "").startswith(variant.refusal), outcome


def test_bindings_are_the_workers(outcomes: dict[str, Any]) -> None:
    """Raw bindings are azure-functions' texts; an SDK type marks all bindings of its function."""
    bindings = outcomes["future_annotations"]["bindings"]

    deferred = {"properties": {"SupportsDeferredBinding": True}}
    other = {"properties": {"SupportsDeferredBinding": False}}
    trigger = {"direction": "IN", "type": "httpTrigger", "name": "req"}
    blob = {"direction": "IN", "type": "blobTrigger", "name": "d", "path": "c/{n}"}
    assert {name: [json.loads(raw) for raw in raws] for name, raws in bindings.items()} == {
        "fast": [
            {**trigger, "authLevel": "FUNCTION", "route": "fast"},
            {"direction": "OUT", "type": "http", "name": "$return"},
        ],
        "on_blob": [
            {"direction": "IN", "type": "durableClient", "name": "client", **other},
            {**blob, "connection": "AzureWebJobsStorage", **deferred},
        ],
    }


def test_folder_without_an_app(tmp_path: Path) -> None:
    """A folder without function_app.py is refused with its name and what --app means."""
    (answer,) = load_all([(str(tmp_path), {})])

    expected = f"No function_app.py in {tmp_path}: --app names the folder of a v2 function app."
    assert answer == {"refused": expected}


def test_an_output_parameter_is_refused(tmp_path: Path) -> None:
    """An answer that is set instead of returned is refused with the parameter's name."""
    (tmp_path / "function_app.py").write_text(
        "import azure.functions as func\n"
        "app = func.FunctionApp()\n"
        '@app.route(route="x")\n'
        '@app.generic_output_binding(arg_name="answer", type="http")\n'
        "def x(req: func.HttpRequest, answer: func.Out[str]) -> None: ...\n"
    )

    (answer,) = load_all([(str(tmp_path), {})])

    assert answer["refused"].startswith("Function x has the output parameter 'answer'")
