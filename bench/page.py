"""Updates the generated sections of a page."""

from pathlib import Path


def replace_section(page: str, name: str, text: str) -> str:
    """The page with another text between the two marks of that name.

    Raises:
        ValueError: The page lacks one of the marks.
    """
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, begun, rest = page.partition(begin)
    _, ended, after = rest.partition(end)
    if not (begun and ended):
        raise ValueError(f"no {begin.strip()} ... {end} in the page")
    return before + begin + text + end + after


def update_page(page: Path, name: str, text: str) -> None:
    """Put a text between the two marks of that name into a file."""
    page.write_text(replace_section(page.read_text(encoding="utf-8"), name, text), encoding="utf-8")
