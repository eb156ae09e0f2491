"""Cuts a release: dates the section `Unreleased` of CHANGELOG.md and writes the version.

Run `make release VERSION=0.2.0`; it says what to do next. The version stands in `api/__init__.py`
and nowhere else.
"""

import argparse
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
_NUMBER = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_VERSION_LINE = re.compile(r'^VERSION = "([^"]*)"$', re.MULTILINE)
_HEADING = re.compile(r"^## (?:Unreleased|(\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d))$", re.MULTILINE)


class ReleaseError(Exception):
    """The release cannot be cut; the message says why and what to do."""


def cut_release(root: Path, version: str, day: str) -> None:
    """Write `version` and date the changes.

    Args:
        root: The repository's folder.
        version: Three numbers, such as `0.2.0`, above every released one.
        day: Of the release, such as `2026-12-01`.

    Raises:
        ReleaseError: if the version is not above the last one, or nothing has changed since then.
            No file is written then.
    """
    changelog, module = root / "CHANGELOG.md", root / "api" / "__init__.py"
    dated = _date_changes(changelog.read_text("utf-8"), version, day)
    code, count = _VERSION_LINE.subn(f'VERSION = "{version}"', module.read_text("utf-8"))
    if count != 1:
        raise ReleaseError(f'{module} has {count} lines VERSION = "..."; it must have one.')
    changelog.write_text(dated, "utf-8")
    module.write_text(code, "utf-8")


def read_version(root: Path) -> str:
    """The version that the code of a repository has."""
    found = _VERSION_LINE.search((root / "api" / "__init__.py").read_text("utf-8"))
    if found is None:
        raise ReleaseError('api/__init__.py has no line VERSION = "...".')
    return found[1]


def _date_changes(changes: str, version: str, day: str) -> str:
    headings = list(_HEADING.finditer(changes))
    if not headings or headings[0][1]:
        raise ReleaseError("CHANGELOG.md does not begin with a section '## Unreleased'.")
    _check_order(version, [heading[1] for heading in headings[1:]])
    end = headings[1].start() if len(headings) > 1 else len(changes)
    if "\n* " not in changes[headings[0].end() : end]:
        raise ReleaseError("Nothing stands under '## Unreleased' in CHANGELOG.md: no release.")
    heading = f"## Unreleased\n\n## {version} - {day}"
    return changes[: headings[0].start()] + heading + changes[headings[0].end() :]


def _check_order(version: str, released: list[str]) -> None:
    if not _NUMBER.fullmatch(version):
        raise ReleaseError(f"{version!r} is no version: write three numbers, such as 0.2.0.")
    for earlier in released:
        if _numbers(version) <= _numbers(earlier):
            raise ReleaseError(f"{version} is not above {earlier}, which is released.")


def _numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _check_clean(root: Path) -> None:
    command = ["git", "-C", str(root), "status", "--porcelain"]
    changed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if changed:
        raise ReleaseError(f"These files have changes; commit them first:\n{changed.rstrip()}")


def main(arguments: list[str] | None = None) -> int:
    """Cut a release of this repository; the exit code is 1 if it cannot be cut."""
    parser = argparse.ArgumentParser(prog="tools.release", description=__doc__)
    parser.add_argument("version", help="three numbers, such as 0.2.0")
    version: str = parser.parse_args(arguments).version
    try:
        _check_clean(ROOT)
        cut_release(ROOT, version, f"{datetime.now(UTC):%Y-%m-%d}")
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    print(
        f"CHANGELOG.md and api/__init__.py say {version} now. Next:\n"
        f"  git diff && make test\n"
        f"  git commit -am 'Release {version}' && git tag -a v{version} -m 'Release {version}'\n"
        f"  git push --follow-tags"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
