"""Keeps the last figures in `docs/performance.md`."""

from pathlib import Path


def replace(page: Path, name: str, text: str) -> None:
    """Put a text between the two marks of that name."""
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(before + begin + text + end + after, encoding="utf-8")
