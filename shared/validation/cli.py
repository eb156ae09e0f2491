"""The command: what would the service say to this file?"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from shared.models import ModelFactsError, model_facts
from shared.validation import MAX_PLACES, Report, validate
from shared.validation.text import as_text

_CHUNK = 1 << 20
_ACCEPTED, _REFUSED, _UNUSABLE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 when the file would be accepted, 1 when not, 2 on wrong use."""
    options = _parser().parse_args(arguments)
    try:
        options.model = options.model or model_facts().default
        report = _validate(options)
    except (OSError, ModelFactsError) as error:
        sys.stderr.write(f"{_reason(error)}\n")
        return _UNUSABLE
    _print(report, options)
    return _ACCEPTED if report.ok else _REFUSED


def chunks_of(path: Path) -> Iterator[bytes]:
    """A file's bytes in pieces; OSError when it cannot be read."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m shared.validation",
        description="Check a dataset for fine-tuning as the service would, and say what to mend.",
        epilog="Exit code: 0 would be accepted, 1 errors found, 2 wrong use or unreadable file.",
    )
    parser.add_argument("file", type=Path, help="the dataset, JSON lines")
    parser.add_argument("--model", help="base model (the default of the model facts)")
    parser.add_argument("--method", default="auto", choices=("auto", "sft", "dpo", "rft"))
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.add_argument(
        "--max-findings",
        type=int,
        default=MAX_PLACES,
        metavar="N",
        help="places kept for each rule (%(default)s); counts are exact all the same",
    )
    return parser


def _validate(options: argparse.Namespace) -> Report:
    return validate(
        chunks_of(options.file),
        model=options.model,
        method=options.method,
        max_places=options.max_findings,
    )


def _print(report: Report, options: argparse.Namespace) -> None:
    if options.json:
        sys.stdout.write(json.dumps(report.to_dict(), ensure_ascii=False) + "\n")
        return
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    sys.stdout.write(as_text(report, colour=colour) + "\n")


def _reason(error: OSError | ModelFactsError) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}. Give the path of a readable JSONL file."
    return str(error)
