"""The command `python -m shared.validation`."""

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from shared.models import ModelFactsError, model_facts
from shared.settings.readers import duration
from shared.validation import MAX_PLACES, Report, validate
from shared.validation.fixing.fixer import Fixer
from shared.validation.progress import Bar
from shared.validation.report.page import render_page
from shared.validation.report.text import render_fixes, render_text
from shared.validation.turn import Json

_CHUNK = 1 << 20
_ACCEPTED, _REFUSED, _UNUSABLE = 0, 1, 2


class UnusableError(Exception):
    """The command cannot run with these arguments; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Returns:
        0 if the service would accept the file, 1 if not, 2 for invalid arguments or files.
    """
    options = parser().parse_args(arguments)
    try:
        _check_targets(options)
        fixer = _fix(options) if options.fix else None
        report = _validate(options)
        if options.html:
            # A lone surrogate, which JSON's escapes allow, has no UTF-8: its escape is written.
            page = render_page(report)
            options.html.write_text(page, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}. Give another path.\n")
        return _UNUSABLE
    except (UnusableError, ModelFactsError) as error:
        sys.stderr.write(f"{error}\n")
        return _UNUSABLE
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(_output(report, fixer, options) + "\n")
    return _ACCEPTED if report.ok else _REFUSED


def read_chunks(path: Path) -> Iterator[bytes]:
    """A file's bytes in chunks of 1 MiB; OSError if it cannot be read."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def parser() -> argparse.ArgumentParser:
    """The command's arguments; the help is part of `docs/validation.md`."""
    made = argparse.ArgumentParser(
        prog="python -m shared.validation",
        description="Check a dataset for fine-tuning as the service does, and show how to fix it.",
        formatter_class=partial(argparse.HelpFormatter, width=100),
        epilog="Exit codes: 0 no errors, 1 errors found, 2 invalid arguments or unreadable file.",
    )
    add = made.add_argument
    add("file", type=Path, help="the training file (JSONL)")
    add("--validation", type=Path, metavar="FILE", help="the validation file (JSONL)")
    add("--method", default="auto", choices=("auto", "sft", "dpo", "rft"))
    add("--grader", type=Path, metavar="FILE", help="the grader of an RFT job (JSON)")
    add("--model", help="the base model (default: that of the model facts)")
    add("--epochs", type=_positive, metavar="N", help="epochs, for limits and costs")
    add(
        "--sku",
        default=os.environ.get("DEPLOYMENT_SKU") or "Standard",
        help="SKU of the deployment, for costs (default: DEPLOYMENT_SKU, else Standard)",
    )
    add(
        "--idle-after",
        type=_idle_after,
        default=os.environ.get("IDLE_AFTER") or "15d",
        metavar="DURATION",
        help="idle time until the deployment is deleted, for costs (default: IDLE_AFTER, else 15d)",
    )
    add("--json", action="store_true", help="print the report as one JSON object")
    add("--html", type=Path, metavar="FILE", help="write the report as an HTML page")
    add("--strict", action="store_true", help="warnings count as errors")
    add(
        "--fix",
        type=Path,
        metavar="FILE",
        help="write a copy with all safe fixes applied",
    )
    add(
        "--max-findings",
        type=_positive,
        default=MAX_PLACES,
        metavar="N",
        help="findings listed for each rule (default: %(default)s); counts are always exact",
    )
    return made


def _idle_after(text: str) -> timedelta:
    try:
        return duration(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} (from the option, or IDLE_AFTER) is not a duration; write it as 12h or 15d"
        ) from None


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return number


def _validate(options: argparse.Namespace) -> Report:
    files = [options.file, *([options.validation] if options.validation else [])]
    bar = Bar(sum(file.stat().st_size for file in files))
    try:
        return validate(
            read_chunks(options.file),
            model=options.model or model_facts().default,
            method=options.method,
            validation=read_chunks(options.validation) if options.validation else None,
            grader=_grader(options.grader) if options.grader else None,
            epochs=options.epochs,
            sku=options.sku,
            idle_after=options.idle_after,
            max_places=options.max_findings,
            strict=options.strict,
            progress=bar,
        )
    finally:
        bar.clear()


def _grader(path: Path) -> Json:
    try:
        return json.loads(path.read_bytes())
    except ValueError as error:
        raise UnusableError(
            f"{path} is not valid JSON ({error}). Give the grader of the job as a JSON file."
        ) from error


def _check_targets(options: argparse.Namespace) -> None:
    """Refuse to write to a file that is read, or to one file twice."""
    taken: list[Path] = [
        path for path in (options.file, options.validation, options.grader) if path
    ]
    for name, target in (("--fix", options.fix), ("--html", options.html)):
        if target is None:
            continue
        if any(_is_same(target, path) for path in taken):
            raise UnusableError(
                f"{name} {target} would overwrite another file of this command. Give another path."
            )
        taken.append(target)


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (
        one.exists() and other.exists() and one.samefile(other)
    )


def _fix(options: argparse.Namespace) -> Fixer:
    target: Path = options.fix
    fixer, unfinished = Fixer(options.max_findings), target.with_name(target.name + ".part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(fixer.copy(read_chunks(options.file)))
        unfinished.replace(target)
    except ValueError as error:
        raise UnusableError(f"{options.file}: {error}. No copy was written.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return fixer


def _output(report: Report, fixer: Fixer | None, options: argparse.Namespace) -> str:
    if options.json:
        found: dict[str, Any] = report.to_dict()
        if fixer:
            found["fix"] = {"file": str(options.fix), **fixer.to_dict()}
        return json.dumps(found, ensure_ascii=False)
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    text = render_text(report, colour=colour)
    return f"{text}\n\n{render_fixes(fixer, options.fix)}" if fixer else text
