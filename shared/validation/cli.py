"""The command: what would the service say to this file?"""

import argparse
import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from shared.models import ModelFactsError, model_facts
from shared.settings.readers import duration
from shared.validation import MAX_PLACES, Report, validate
from shared.validation.fixing.fixes import Mending
from shared.validation.progress import Bar
from shared.validation.report.page import render_page
from shared.validation.report.text import mending_text, render_text
from shared.validation.turn import Json

_CHUNK = 1 << 20
_ACCEPTED, _REFUSED, _UNUSABLE = 0, 1, 2


class UnusableError(Exception):
    """The command cannot do what it was asked to; the message says why and what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 when the file would be accepted, 1 when not, 2 on wrong use."""
    options = parser().parse_args(arguments)
    try:
        _spare_inputs(options)
        mending = _mend(options) if options.fix else None
        report = _validate(options)
        if options.html:
            # Half a character, which JSON's escapes allow, has no UTF-8; it is shown as its escape.
            page = render_page(report)
            options.html.write_text(page, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}. Give a path that can be used.\n")
        return _UNUSABLE
    except (UnusableError, ModelFactsError) as error:
        sys.stderr.write(f"{error}\n")
        return _UNUSABLE
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(_output(report, mending, options) + "\n")
    return _ACCEPTED if report.ok else _REFUSED


def chunks_of(path: Path) -> Iterator[bytes]:
    """A file's bytes in pieces; OSError when it cannot be read."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def parser() -> argparse.ArgumentParser:
    """The command's arguments; its help is part of the documentation."""
    made = argparse.ArgumentParser(
        prog="python -m shared.validation",
        description="Check a dataset for fine-tuning as the service would, and say what to mend.",
        formatter_class=partial(argparse.HelpFormatter, width=100),
        epilog="Exit code: 0 would be accepted, 1 errors found, 2 wrong use or unreadable file.",
    )
    add = made.add_argument
    add("file", type=Path, help="the dataset, JSON lines")
    add("--validation", type=Path, metavar="FILE", help="the validation file that goes with it")
    add("--method", default="auto", choices=("auto", "sft", "dpo", "rft"))
    add("--grader", type=Path, metavar="FILE", help="the grader of an RFT job, JSON")
    add("--model", help="base model (the default of the model facts)")
    add("--epochs", type=_positive, metavar="N", help="epochs for limits and costs")
    add(
        "--sku",
        default=os.environ.get("DEPLOYMENT_SKU") or "Standard",
        help="of the deployment, for costs (DEPLOYMENT_SKU, else Standard)",
    )
    add(
        "--idle-after",
        type=duration,
        default=os.environ.get("IDLE_AFTER") or "15d",
        metavar="SPAN",
        help="idle time after which it is deleted, for costs (IDLE_AFTER, else 15d)",
    )
    add("--json", action="store_true", help="print the report as one JSON object")
    add("--html", type=Path, metavar="FILE", help="write the report as an HTML page")
    add("--strict", action="store_true", help="warnings count as errors")
    add("--fix", type=Path, metavar="FILE", help="write a copy with what is safe to mend mended")
    add(
        "--max-findings",
        type=_positive,
        default=MAX_PLACES,
        metavar="N",
        help="places kept for each rule (%(default)s); counts are exact all the same",
    )
    return made


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return number


def _validate(options: argparse.Namespace) -> Report:
    files = [options.file, *([options.validation] if options.validation else [])]
    bar = Bar(sum(file.stat().st_size for file in files))
    try:
        return validate(
            chunks_of(options.file),
            model=options.model or model_facts().default,
            method=options.method,
            validation=chunks_of(options.validation) if options.validation else None,
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
        raise UnusableError(f"{path}: not JSON ({error}). Give the grader of the job.") from error


def _spare_inputs(options: argparse.Namespace) -> None:
    """Refuse a target that is one of the files to be read, or the other target."""
    taken: list[Path] = [
        path for path in (options.file, options.validation, options.grader) if path
    ]
    for name, target in (("--fix", options.fix), ("--html", options.html)):
        if target is None:
            continue
        if any(_is_same(target, path) for path in taken):
            raise UnusableError(
                f"{name} {target} is another file of this command. Give another path."
            )
        taken.append(target)


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (
        one.exists() and other.exists() and one.samefile(other)
    )


def _mend(options: argparse.Namespace) -> Mending:
    target: Path = options.fix
    mending, unfinished = Mending(options.max_findings), target.with_name(target.name + ".part")
    try:
        with unfinished.open("wb") as file:
            file.writelines(mending.copy(chunks_of(options.file)))
        unfinished.replace(target)
    except ValueError as error:
        raise UnusableError(f"{options.file}: {error}. It was not mended.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return mending


def _output(report: Report, mending: Mending | None, options: argparse.Namespace) -> str:
    if options.json:
        found: dict[str, Any] = report.to_dict()
        if mending:
            found["fix"] = {"file": str(options.fix), **mending.to_dict()}
        return json.dumps(found, ensure_ascii=False)
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    text = render_text(report, colour=colour)
    return f"{text}\n\n{mending_text(mending, options.fix)}" if mending else text
