"""Cutting a release: what is written, and when it is refused."""

from pathlib import Path

import pytest

from tools.release import ROOT, ReleaseError, cut_release, read_version

CHANGES = """# Changes

## Unreleased

### Added
* A button.

## 0.1.0 - 2026-12-01

### Added
* A bell.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with one release and one change since."""
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "__init__.py").write_text('"""The edge."""\n\nVERSION = "0.1.0"\n')
    (tmp_path / "CHANGELOG.md").write_text(CHANGES)
    return tmp_path


def test_changes_get_version_and_day(project: Path) -> None:
    """What stood under Unreleased belongs to the release, and Unreleased is empty."""
    cut_release(project, "0.2.0", "2027-01-31")

    assert read_version(project) == "0.2.0"
    assert (project / "CHANGELOG.md").read_text() == CHANGES.replace(
        "## Unreleased\n", "## Unreleased\n\n## 0.2.0 - 2027-01-31\n"
    )


@pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "v0.2.0", "1.0", ""])
def test_wrong_version_writes_nothing(project: Path, version: str) -> None:
    """A version that is not above the last one, or is none, changes no file."""
    with pytest.raises(ReleaseError):
        cut_release(project, version, "2027-01-31")

    assert read_version(project) == "0.1.0"
    assert (project / "CHANGELOG.md").read_text() == CHANGES


def test_numbers_are_compared_as_numbers(project: Path) -> None:
    """0.10.0 comes after 0.9.0."""
    cut_release(project, "0.9.0", "2027-01-31")
    changes = project / "CHANGELOG.md"
    changes.write_text(changes.read_text().replace("released\n", "released\n\n* A lamp.\n", 1))

    cut_release(project, "0.10.0", "2027-02-01")

    assert read_version(project) == "0.10.0"


def test_no_change_is_no_release(project: Path) -> None:
    """Two releases in a row without a change between them are refused."""
    cut_release(project, "0.2.0", "2027-01-31")

    with pytest.raises(ReleaseError, match="Unreleased"):
        cut_release(project, "0.3.0", "2027-01-31")


def test_the_version_has_one_place() -> None:
    """The project's table takes its version from the code."""
    assert 'version = {attr = "api.VERSION"}' in (ROOT / "pyproject.toml").read_text()
    assert f'"{read_version(ROOT)}"' not in (ROOT / "pyproject.toml").read_text()
