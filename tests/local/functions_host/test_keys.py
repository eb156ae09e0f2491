"""The host's keys: made once, kept, replaced by those that were given."""

from pathlib import Path

import pytest

from local.functions_host.keys import open_keys


def test_made_once_and_kept(tmp_path: Path) -> None:
    """Keys are made at the first start, are the same at the next, and are readable by one user."""
    first = open_keys(tmp_path, {})
    second = open_keys(tmp_path, {})

    assert first == second
    assert set(first.by_name) == {"master", "default", "system"}
    assert len(set(first.by_name.values())) == 3
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0


def test_given_keys_replace_kept_ones(tmp_path: Path) -> None:
    """A key from the command line replaces the kept one of its name; others are added."""
    open_keys(tmp_path, {})

    keys = open_keys(tmp_path, {"master": "m", "ci": "c"})

    assert keys.master == "m"
    assert keys.level("c") == "function"
    assert open_keys(tmp_path, {}) == keys


@pytest.mark.parametrize(
    ("level", "key", "opens"),
    [
        ("ANONYMOUS", None, True),
        ("FUNCTION", None, False),
        ("FUNCTION", "", False),
        ("FUNCTION", "d", True),
        ("FUNCTION", "m", True),
        ("FUNCTION", "s", False),
        ("FUNCTION", "é", False),
        ("ADMIN", "d", False),
        ("ADMIN", "m", True),
        ("system", "s", True),
        ("system", "m", True),
        ("system", "d", False),
    ],
)
def test_levels(tmp_path: Path, level: str, key: str | None, opens: bool) -> None:
    """The master key opens all, every other key only its own level."""
    keys = open_keys(tmp_path, {"master": "m", "default": "d", "system": "s"})

    assert keys.opens(level, key) is opens
