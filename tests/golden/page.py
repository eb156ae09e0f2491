"""The deviations of the local host as the tables in local/functions_host/README.md show them.

`python -m tests.golden.page` rewrites the tables.
"""

from collections import defaultdict
from pathlib import Path

from bench.page import replace_section
from tests.golden.deviations import DEVIATIONS, UNCOMPARED
from tests.golden.host_deviations import HOST_DEVIATIONS

PAGE = Path(__file__).parents[2] / "local" / "functions_host" / "README.md"


def page(text: str) -> str:
    """The page with fresh tables."""
    text = replace_section(text, "recordings", recordings())
    return replace_section(text, "deviations", deviations())


def recordings() -> str:
    """What differs from the recordings of the real Durable extension."""
    scenarios: dict[str, list[str]] = defaultdict(list)
    for deviation in DEVIATIONS:
        scenarios[deviation.reason].append(f"`{deviation.scenario}`")
    rows = [f"| {', '.join(names)} | {reason} |" for reason, names in scenarios.items()]
    rows += [f"| {what} | {reason} |" for what, reason in UNCOMPARED.items()]
    return _table("scenario, or what no scenario shows", "difference and reason", rows=rows)


def deviations() -> str:
    """What differs from the Functions host."""
    rows = [f"| {one.here} | {one.azure} | {one.reason} |" for one in HOST_DEVIATIONS]
    return _table("here", "in Azure", "why", rows=rows)


def _table(*heads: str, rows: list[str]) -> str:
    head = f"| {' | '.join(heads)} |"
    return "\n".join([head, f"|{' --- |' * len(heads)}", *rows]) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
