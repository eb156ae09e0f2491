"""The modules import each other in one direction; `make lint` checks the layers they form."""

from collections.abc import Iterator

import grimp
import pytest

PACKAGES = (
    *("triggers", "api", "orchestrators", "activities", "shared"),
    *("local", "tools", "bench", "tests"),
)


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Every import between our own modules, late ones included."""
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def test_no_circles(graph: grimp.ImportGraph) -> None:
    """No module imports itself by way of others."""
    assert list(_circles(graph)) == []


def test_finds_a_circle() -> None:
    """A circle is found whole, and what only leads to it is no part of it."""
    graph = grimp.ImportGraph()
    for importer, imported in ("ab", "bc", "ca", "xa", "cy"):
        graph.add_import(importer=importer, imported=imported)

    assert list(_circles(graph)) == [["a", "b", "c"]]


def _circles(graph: grimp.ImportGraph) -> Iterator[list[str]]:
    """The modules of each circle: those that reach each other."""
    seen: set[str] = set()
    for module in sorted(graph.modules):
        if module not in seen:
            both = graph.find_upstream_modules(module) & graph.find_downstream_modules(module)
            circle = sorted(both - {module})
            seen |= set(circle)
            if circle:
                yield sorted([module, *circle])
