"""The emulator is a program of its own."""

import ast
import re
import sys
from pathlib import Path

import local.azure

FOLDER = Path(local.azure.__file__).parent
# The name to install, where it differs from the name to import.
PACKAGES = {"jwt": "PyJWT", "python_multipart": "python-multipart"}


def imported_names() -> set[str]:
    """The absolute names of all modules that the emulator imports, late imports included."""
    names = set()
    for file in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add(str(node.module))
    return names


def test_it_imports_nothing_else_of_the_repository() -> None:
    """Neither the app, nor the Functions host, nor the rest of the stand-in."""
    own = {name for name in imported_names() if name.split(".")[0] == "local"}
    folders = {folder.name for folder in FOLDER.parents[1].iterdir() if folder.is_dir()}

    assert {name for name in own if not f"{name}.".startswith("local.azure.")} == set()
    assert {name.split(".")[0] for name in imported_names()} & (folders - {"local"}) == set()


def test_the_readme_names_every_package_that_it_needs() -> None:
    """What is neither Python's own nor the emulator's is listed, and nothing else is."""
    roots = {name.split(".")[0] for name in imported_names()} - {"local"}
    needed = {PACKAGES.get(root, root) for root in roots - sys.stdlib_module_names}
    line = re.search(r"^It needs Python .*$", (FOLDER / "README.md").read_text(), re.MULTILINE)

    assert line
    assert set(re.findall(r"`([^`]+)`", line[0])) == needed
