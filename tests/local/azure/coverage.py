"""What of each specification is emulated, as the table in the emulator's README shows it.

`python -m tests.local.azure.coverage` writes the table again.
"""

import re
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from starlette.routing import Route

import local.azure
from local.azure.application import Emulator
from local.azure.database import Database
from local.azure.settings import Settings

from .specs import ABSENT, SPECS, Operation, operations

PAGE = Path(local.azure.__file__).parent / "README.md"
BEGIN, END = "<!-- coverage: begin -->\n", "<!-- coverage: end -->\n"


def table() -> str:
    """The table in Markdown."""
    lines = ["| specification | operation | emulated |", "| --- | --- | --- |"]
    routes = _routes()
    for operation in sorted(operations(), key=lambda one: (one.spec, _path(one), one.method)):
        mark = "yes" if _is_served(operation, routes) else "no"
        lines.append(f"| {operation.spec} | `{operation.method} {_path(operation)}` | {mark} |")
    return "\n".join(lines) + "\n"


def replace_table(page: str) -> str:
    """The page with a fresh table."""
    head, _, rest = page.partition(BEGIN)
    return head + BEGIN + table() + END + rest.partition(END)[2]


def _routes() -> list[Route]:
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        with closing(Database(state / "azure.sqlite")) as database:
            return Emulator(Settings(state=state), database).routes()


def _path(operation: Operation) -> str:
    text = operation.pattern.pattern.replace("[^/]+", "*").replace("/subscriptions/.+", "…")
    text = re.sub(r"\\(.)", r"\1", text)
    # The long prefix of every resource says nothing.
    return re.sub(r"/subscriptions/\*/resourceGroups/\*/providers/", "…/", text)


def _is_served(operation: Operation, routes: list[Route]) -> bool:
    sample = operation.pattern.pattern.replace("[^/]+", "x")
    sample = re.sub(r"\\(.)", r"\1", sample)
    sample = sample.replace(
        "/subscriptions/.+",
        "/subscriptions/x/resourceGroups/x/providers/Microsoft.CognitiveServices/accounts/x",
    )
    return any(
        operation.method in (route.methods or ()) and route.path_regex.match(sample)
        for route in routes
    )


if __name__ == "__main__":
    if not SPECS.exists():
        sys.exit(ABSENT)
    PAGE.write_text(replace_table(PAGE.read_text()))
    sys.exit(0)
