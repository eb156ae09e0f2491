"""`requirements.txt` alone is enough for the deployed app.

A package that only development installs would be missed in Azure at the first call that imports it,
maybe months after the deployment, and in no test that has the development's packages.
"""

import fnmatch
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.services

ROOT = Path(__file__).parent.parent
PYTHON = ROOT / ".venv-app" / "bin" / "python"
_IMPORT_ALL = """
import ast, importlib, json, pathlib, sys

def names(path, package):
    # Every module that a file imports, at its top or late in a function.
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield importlib.util.resolve_name(base, package) if node.level else base

root = pathlib.Path.cwd()
wanted = {}
for path in sorted(root.rglob("*.py")):
    parts = path.relative_to(root).with_suffix("").parts
    package = ".".join(parts[:-1])
    for name in names(path, package):
        wanted.setdefault(name, str(path.relative_to(root)))
    # Importing __main__ would run it; what it imports is imported here.
    if parts[-1] not in ("__init__", "__main__"):
        wanted.setdefault(".".join(parts), str(path.relative_to(root)))
failures = {}
for name, path in wanted.items():
    try:
        importlib.import_module(name)
    except BaseException as error:
        failures[name] = f"{path}: {error!r}"
print(json.dumps({"failures": failures, "imported": sorted(wanted)}))
"""
_NOT_DEPLOYED = {"local", "tests", "tools", "bench"}

needs_environment = pytest.mark.skipif(
    not PYTHON.exists(),
    reason=".venv-app is not here: `make test` makes it, or `make .venv-app/.ready`",
)


@needs_environment
def test_every_module_of_the_app_imports(tmp_path: Path) -> None:
    """All deployed modules and all that they import, late imports included, are there."""
    _copy_app(tmp_path)

    found = _run(tmp_path, _IMPORT_ALL)

    assert found["failures"] == {}
    assert {"function_app", "activities.send_notification", "openai"} <= set(found["imported"])
    assert _NOT_DEPLOYED.isdisjoint(name.partition(".")[0] for name in found["imported"])


@needs_environment
def test_missing_package_is_found(tmp_path: Path) -> None:
    """A late import of a development requirement, or of what is not deployed, is a failure."""
    (tmp_path / "late.py").write_text("def later():\n    import pytest\n    from local import up\n")

    found = _run(tmp_path, _IMPORT_ALL)

    assert set(found["failures"]) == {"pytest", "local"}


def _copy_app(folder: Path) -> None:
    """Copy what a deployment takes: all that `.funcignore` does not name."""
    lines = (ROOT / ".funcignore").read_text().splitlines()
    ignored = [line.rstrip("/") for line in lines if line and not line.startswith("#")]
    for path in ROOT.iterdir():
        if any(fnmatch.fnmatch(path.name, one) for one in ignored):
            continue
        if path.is_dir():
            shutil.copytree(
                path, folder / path.name, ignore=shutil.ignore_patterns("__pycache__", "*.md")
            )
        else:
            shutil.copy(path, folder)


def _run(folder: Path, program: str) -> dict[str, Any]:
    """What a program prints in the app's environment, in a folder that has only the app."""
    environment = {"PATH": os.environ["PATH"], "PYTHON_ENABLE_INIT_INDEXING": "1"}
    answer = subprocess.run(
        [PYTHON, "-c", program], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert answer.returncode == 0, answer.stderr.decode()
    found: dict[str, Any] = json.loads(answer.stdout.splitlines()[-1])
    return found
