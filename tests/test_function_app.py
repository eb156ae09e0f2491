"""The functions as the Functions host sees them, and the files beside them that it reads."""

import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from api.endpoint import Access
from api.endpoints import ENDPOINTS

pytestmark = pytest.mark.services

ROOT = Path(__file__).parent.parent
LEVELS = {Access.FUNCTION_KEY: "FUNCTION", Access.MASTER_KEY: "ADMIN"}


def _functions(package: str) -> set[str]:
    """Modules that have a function of their own name; others of the package help these."""
    return {
        name
        for path in (ROOT / package).rglob("*.py")
        for name in [path.parent.name if path.name == "__init__.py" else path.stem]
        if f"\ndef {name}(" in path.read_text()
    }


ACTIVITIES = _functions("activities")
ORCHESTRATORS = _functions("orchestrators")
# Loading the app is the cold start that every user pays; these take most of a second together.
HEAVY = ("openai", "tiktoken", "azure.data.tables", "azure.mgmt", "azure.monitor", "numpy")
_DUMP = """
import json, sys, function_app
functions = {f.get_function_name(): [b.get_dict_repr() for b in f.get_bindings()]
             for f in function_app.app.get_functions()}
print(json.dumps({"functions": functions, "modules": sorted(sys.modules)}, default=str))
"""


def test_every_endpoint_is_a_function() -> None:
    """The HTTP functions are the endpoints, with name, path, method and key."""
    endpoints = {
        (one.name, one.path, (one.method,), LEVELS.get(one.access, "ANONYMOUS"))
        for one in ENDPOINTS
    }

    assert {_endpoint(name, binding) for name, binding in _triggers("httpTrigger")} == endpoints


def test_every_activity_has_its_module() -> None:
    """Each activity is a function of the app, under the name of its module."""
    assert {name for name, _ in _triggers("activityTrigger")} == ACTIVITIES


def test_every_orchestrator_has_its_module() -> None:
    """Each orchestrator is a function of the app, under the name of its module."""
    assert {name for name, _ in _triggers("orchestrationTrigger")} == ORCHESTRATORS


def test_datasets_are_polled_for_by_default() -> None:
    """The blob trigger watches `datasets`, in the host's own account."""
    ((_, binding),) = _triggers("blobTrigger")

    assert binding["path"] == "datasets/{name}.jsonl"
    assert binding["connection"] == "AzureWebJobsStorage"
    assert "EventGrid" not in str(binding.get("source"))


def test_event_grid_is_a_setting() -> None:
    """In Azure the trigger's source is chosen by a setting, before anything else is read."""
    ((_, binding),) = _triggers("blobTrigger", "EventGrid")

    assert "EventGrid" in str(binding["source"])


def test_retirement_is_daily_and_catches_up() -> None:
    """The timer's schedule is a setting, and a missed day is made up for."""
    ((_, binding),) = _triggers("timerTrigger")

    assert (binding["schedule"], binding["useMonitor"]) == ("%RETIRE_SCHEDULE%", True)


def test_heavy_packages_are_loaded_late() -> None:
    """Loading the app loads none of the packages that only an activity or a chat needs."""
    modules = _load()["modules"]

    assert [m for m in modules if m.startswith(HEAVY)] == []


def test_activities_leave_threads_for_orchestrators() -> None:
    """Orchestrators share the worker's threads, so there are far more threads than activities."""
    durable = _json("host.json")["extensions"]["durableTask"]
    threads = int(_json("local.settings.json.example")["Values"]["PYTHON_THREADPOOL_THREAD_COUNT"])

    both = durable["maxConcurrentActivityFunctions"] + durable["maxConcurrentOrchestratorFunctions"]
    assert both < threads


def test_links_have_the_hosts_prefix() -> None:
    """Links in answers begin with the prefix that `host.json` sets."""
    from api.links import PREFIX

    assert f"/{_json('host.json')['extensions']['http']['routePrefix']}" == PREFIX


def test_what_a_deployment_needs_is_not_ignored() -> None:
    """Everything that runs in Azure is deployed; the laptop's stand-in and tests are not."""
    ignored = {
        line.rstrip("/")
        for line in (ROOT / ".funcignore").read_text().splitlines()
        if line and not line.startswith("#")
    }
    needed = {"function_app.py", "host.json", "requirements.txt"}
    needed |= {"activities", "api", "orchestrators", "shared", "triggers"}

    assert ignored.isdisjoint(needed)
    assert {"local", "tests", "local.settings.json", "node_modules"} <= ignored


def _triggers(kind: str, source: str = "") -> list[tuple[str, dict[str, Any]]]:
    functions = _load(source)["functions"]
    return [(n, b) for n, bindings in functions.items() for b in bindings if b["type"] == kind]


def _endpoint(name: str, binding: dict[str, Any]) -> tuple[str, str, tuple[str, ...], str]:
    level = str(binding["authLevel"]).rpartition(".")[2]
    methods = tuple(str(method).rpartition(".")[2] for method in binding["methods"])
    return name, binding["route"], methods, level


@lru_cache(maxsize=2)
def _load(source: str = "") -> Any:
    """The functions of the app and the modules that loading it loads, in a process of its own."""
    environment = {**os.environ, "DATASETS_SOURCE": source, "PYTHON_ENABLE_INIT_INDEXING": "1"}
    found = subprocess.run(
        [sys.executable, "-c", _DUMP], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    return json.loads(found.stdout)


def _json(name: str) -> Any:
    return json.loads((ROOT / name).read_text())
