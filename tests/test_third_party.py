"""THIRD_PARTY.md against the tree: nothing of others is left out, and nothing was changed."""

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "THIRD_PARTY.md").read_text()
# What people write by hand here; anything else is data, and somebody has to say whose.
_WRITTEN = {
    ".bicep",
    ".css",
    ".example",
    ".html",
    ".md",
    ".mjs",
    ".py",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
}
_OURS = re.compile(
    r"""
    local/samples/ | infra/ | local/azure/billing/meters\.csv$
    | (.*/)?(host|package)\.json$ | Makefile$ | LICENSE$
    | \.(ci/run|editorconfig|funcignore|gitignore)$
    """,
    re.VERBOSE,
)


def tracked_files() -> list[str]:
    """All files of the repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no git checkout: what belongs to the repository is unknown")
    command = ["git", "-C", str(ROOT), "ls-files", "-z"]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [name for name in names.split("\0") if name]


def table(title: str) -> list[list[str]]:
    """The rows of the table under a heading, as cells."""
    part = PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip("`") for cell in row] for row in rows]


def test_files_of_others_are_unchanged() -> None:
    """Each file in the table exists and has the hash that stands beside it, and a licence."""
    rows = table("Files of others")

    assert rows
    for file, *_, licence, digest in rows:
        assert hashlib.sha256((ROOT / file).read_bytes()).hexdigest() == digest, file
        assert licence, file


@pytest.mark.services
def test_every_data_file_is_accounted_for() -> None:
    """A file that is neither written by hand nor a sample of ours is named on the page."""
    titles = ("Files of others", "Written by programs of others")
    named = {row[0] for title in titles for row in table(title)}

    data = {
        name
        for name in tracked_files()
        if Path(name).suffix not in _WRITTEN and not _OURS.match(name)
    }

    assert data == named


def test_licences_are_deployed_with_the_files() -> None:
    """The page is not among what a deployment leaves out, since the vocabularies are in it."""
    lines = (ROOT / ".funcignore").read_text().splitlines()

    assert "THIRD_PARTY.md" not in lines
    assert "*.md" not in lines
