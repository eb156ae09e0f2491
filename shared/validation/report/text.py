"""A report as plain text, for a terminal or a log."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from shared.plurals import pluralize
from shared.validation.fixing.fixer import Fixer
from shared.validation.report.findings import Finding
from shared.validation.report.report import Report
from shared.validation.rules.rule import Level

_PLACES = 3
_COLOURS = {"error": "31", "warning": "33", "info": "36", "ok": "32", "dim": "2"}


def render_text(report: Report, *, colour: bool = False) -> str:
    """A summary, then the findings rule by rule: the first places, the count, the next step."""
    return "\n".join([*_summary(report, colour), *_findings(report, colour)])


def render_fixes(fixer: Fixer, target: Path) -> str:
    """The changes that were made, as text."""
    if not fixer.counts:
        return f"No changes were needed: {target} is a copy."
    counts = [f"  {what}{_times(number)}" for what, number in fixer.counts.items()]
    places = [f"  line {change.line}: {change.what}" for change in fixer.changes]
    return "\n".join([f"Fixed in {target}:", *counts, "First changes:", *places])


def _times(number: int) -> str:
    return "" if number == 1 else f" ({number:,} times)"


def _paint(text: str, name: str, colour: bool) -> str:
    return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if colour else text


def _summary(report: Report, colour: bool) -> Iterator[str]:
    verdict = _paint("would be accepted", "ok", colour)
    if not report.ok:
        verdict = _paint("would be refused", "error", colour)
    nouns = {Level.INFO: "note"}
    counts = ", ".join(pluralize(report.counts[one], nouns.get(one, one)) for one in Level)
    examples, lines = pluralize(report.examples, "example"), pluralize(report.file.lines, "line")
    yield f"{verdict}: {counts}"
    yield f"{examples} in {lines}, {pluralize(report.file.bytes, 'byte')}"
    yield f"method {report.method}, model {report.model}, {report.seconds:.1f} s"
    yield f"sha256 {report.sha256}"
    yield from _tokens(report)
    yield from _cost(report)


def _cost(report: Report) -> Iterator[str]:
    cost = report.cost
    training = "" if cost["training_usd"] is None else f", ${cost['training_usd']:,.2f}"
    epochs = pluralize(cost["epochs"], "epoch")
    yield f"training: {cost['training_tokens']:,} tokens in {epochs}{training}"
    yield f"  epochs: {cost['epochs_source']}"
    if cost["hosting_usd_per_day"] is not None:
        daily, idle = cost["hosting_usd_per_day"], cost["hosting_usd_until_idle"]
        sku, days = cost["deployment_sku"], pluralize(cost["idle_days"], "idle day")
        yield f"hosting ({sku}): ${daily:,.2f} a day, ${idle:,.2f} until deleted after {days}"
        yield f"  prices: {cost['price_source']}, {cost['price_date']}"
    yield from (f"  unknown: {reason}" for reason in cost["unknown"])


def _tokens(report: Report) -> Iterator[str]:
    columns = ("min", "p5", "median", "mean", "p95", "max", "sum")
    estimate = ", an estimate for this model" if report.tokens["estimate"] else ""
    yield ""
    yield f"tokens per example ({report.tokens['vocabulary']}{estimate})"
    yield " " * 10 + "".join(f"{name:>12}" for name in columns)
    for name in ("total", "assistant", "prompt"):
        row = report.tokens[name]
        yield f"{name:<10}" + "".join(f"{row[column]:>12,}" for column in columns)


def _findings(report: Report, colour: bool) -> Iterator[str]:
    for (rule, level), group in groupby(report.findings, lambda found: (found.rule, found.level)):
        places = list(group)
        number = report.rules[rule][level]
        yield ""
        yield f"{_paint(level, level, colour)} {rule}{_times(number)}"
        for finding in places[:_PLACES]:
            yield f"  {_place(finding)}{finding.message}"
        if number > min(len(places), _PLACES):
            yield _paint(f"  and {number - min(len(places), _PLACES):,} more", "dim", colour)
        for hint in dict.fromkeys(finding.hint for finding in places):
            yield _paint(f"  -> {hint}", "dim", colour)


def _place(finding: Finding) -> str:
    parts = [] if finding.file == "training" else [f"{finding.file} file"]
    if finding.line is not None:
        parts.append(f"line {finding.line}")
    if finding.example is not None and finding.example != finding.line:
        parts.append(f"example {finding.example}")
    if finding.path != "$":
        parts.append(finding.path)
    return ", ".join(parts) + ": " if parts else ""
