"""What loading the app costs beside the Functions packages that any such app loads.

`python -m bench.cold_start [--rounds N] [--write docs/performance.md]`

A worker loads `function_app` before it serves its first request, so that users wait for it.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

from bench.page import update_page
from bench.validation import machine

_ROOT = Path(__file__).parents[1]
_ROUNDS = 15
_PACKAGES = "Functions packages"
_APP = "function_app"
# The packages are loaded in both, so that the difference is what the app adds.
_IMPORTS = {
    _PACKAGES: (
        "azure.functions, azure.durable_functions, "
        "azurefunctions.extensions.http.fastapi, azurefunctions.extensions.bindings.blob"
    ),
    _APP: "function_app",
}
_MEASURE = """
import json, sys, time
cpu, wall = time.process_time(), time.perf_counter()
import {imports}
print(json.dumps({{
    "cpu": time.process_time() - cpu,
    "wall": time.perf_counter() - wall,
    "modules": len(sys.modules),
}}))
"""


def imports(rounds: int) -> str:
    """CPU and wall time of both imports, in processes of their own that take turns."""
    figures: dict[str, list[dict[str, float]]] = {name: [] for name in _IMPORTS}
    for _ in range(rounds):
        for name, found in figures.items():
            found.append(_import(_IMPORTS[name]))
    least = _median(figures[_PACKAGES], "cpu")
    lines = [
        "| import | modules | CPU ms | wall ms | of the packages' CPU |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, ones in figures.items():
        cpu, wall, modules = (_median(ones, key) for key in ("cpu", "wall", "modules"))
        lines.append(
            f"| {name} | {modules:.0f} | {cpu * 1e3:.0f} | {wall * 1e3:.0f} | {cpu / least:.2f} |"
        )
    return "\n".join(lines) + "\n"


def _import(names: str) -> dict[str, float]:
    code = _MEASURE.format(imports=names)
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=_ROOT, capture_output=True, check=True, text=True
    )
    found: dict[str, float] = json.loads(ended.stdout)
    return found


def _median(figures: list[dict[str, float]], name: str) -> float:
    return statistics.median(one[name] for one in figures)


def main() -> None:
    """Measure and print, or write into the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.cold_start", description=__doc__)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="replace the figures there")
    options = parser.parse_args()
    text = f"{machine()}; medians of {options.rounds}\n\n{imports(options.rounds)}"
    if options.write:
        update_page(options.write, "cold start", text)
    print(text)


if __name__ == "__main__":
    main()
