"""The page on the design names files that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "design.md").read_text()
FILES = re.findall(r"`((?:shared|api|orchestrators|activities|triggers|local)/[\w./]+)`", PAGE)


@pytest.mark.parametrize("path", sorted(set(FILES)))
def test_named_file_is_there(path: str) -> None:
    """Who moves a file moves its place on the page, too."""
    assert (ROOT / path).exists()


def test_twelve_behaviours_have_a_place() -> None:
    """The table of behaviours is complete."""
    table = PAGE.partition("## 9.")[2]

    assert len(re.findall(r"^\| .* \| `.*\.py` \|$", table, re.MULTILINE)) == 12
