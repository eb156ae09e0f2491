"""What the service finds out about a training file: its examples, and what is wrong with them.

File processing refuses what is not JSONL (`fault`, shown as the file's `status_details`); what is
wrong with single examples makes the job fail later (`method_faults`), as at the real service.
Tokens are counted as the tutorial on fine-tuning counts them; those of a large file are estimated
from the length of its texts.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from .examples import FAULT_FINDERS
from .tokens import count, counts_exactly, estimate

# Phrases in the data that make the emulator do what cannot be provoked otherwise.
MARKERS = ("emulator:fail-rai", "emulator:fail-safety", "emulator:fail-internal")


@dataclass
class Profile:
    """What one pass over a training file found."""

    examples: int = 0
    tokens: int = 0
    # whether the tokens were estimated, because the file is large
    estimated: bool = False
    digest: str = ""
    fault: str = ""
    # method -> the first example that the method cannot use, in the service's words
    method_faults: dict[str, str] = field(default_factory=dict)
    markers: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As JSON for the database."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Profile":
        """The reverse of `to_dict`."""
        return cls(**data)


def profile(path: Path) -> Profile:
    """Reads a training file once, line by line."""
    found = Profile(estimated=not counts_exactly(path.stat().st_size))
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for number, line in _lines(file):
            digest.update(line)
            fault = _take(found, number, line)
            if fault and not found.fault:
                found.fault = f"Validation of jsonl file failed: {fault}"
    found.digest = digest.hexdigest()
    if not found.examples and not found.fault:
        found.fault = "Validation of jsonl file failed: No valid json line found in file."
    return found


def rows(path: Path, stride: int) -> Iterator[dict[str, Any]]:
    """Every `stride`-th example of a file that passed processing, from the first on."""
    with path.open("rb") as file:
        for _, line in islice(_lines(file), 0, None, stride):
            yield json.loads(line)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(file, 1):
        bare = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if bare.strip():
            yield number, bare.strip()


def _parse(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        # The slow parser takes a little more (NaN, half surrogates) and reports bad UTF-8 as such.
        return json.loads(line.decode("utf-8"))


def _take(found: Profile, number: int, line: bytes) -> str:
    try:
        example = _parse(line)
    except UnicodeDecodeError:
        return f"Line {number} is not valid UTF-8."
    except (ValueError, RecursionError):
        return f"Line {number} is not valid JSON."
    if not isinstance(example, dict):
        return f"Line {number} is not a dictionary."
    found.examples += 1
    found.tokens += estimate(example) if found.estimated else count(example)
    if b"emulator:" in line:
        text = line.decode()
        found.markers += [mark for mark in MARKERS if mark not in found.markers and mark in text]
    for method, find in FAULT_FINDERS.items():
        if method not in found.method_faults and (fault := find(example)):
            found.method_faults[method] = f"Example {found.examples} {fault}"
    return ""
