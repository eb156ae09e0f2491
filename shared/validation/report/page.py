"""A report as one HTML page that needs no network, fits a phone and follows dark mode."""

import json
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from shared.plurals import pluralize
from shared.validation.report.findings import Finding
from shared.validation.report.report import Report

if TYPE_CHECKING:
    from jinja2 import Template

_PARTS = ("total", "assistant", "prompt")
_FIGURES = ("min", "p5", "median", "mean", "p95", "max", "sum")
_WIDTH, _HEIGHT, _GAP = 640, 140, 2

Pairs = list[tuple[str, object]]


class _Bar(NamedTuple):
    """One bar of the histogram: examples with `first` to `last` tokens."""

    first: int
    last: int
    rows: int
    x: float
    y: float
    width: float
    height: float


class _Group(NamedTuple):
    """The findings of one rule and level that were kept, and how many there are in all."""

    rule: str
    level: str
    times: int
    findings: list[Finding]
    hints: list[str]


def render_page(report: Report) -> str:
    """The whole page. Everything that comes from the dataset is escaped."""
    record = json.dumps(report.first_record, ensure_ascii=False, indent=2)
    return _template().render(
        report=report,
        verdict="would be accepted" if report.ok else "would be refused",
        facts=_facts(report),
        parts=_PARTS,
        figures=_FIGURES,
        bars=_bars(report.tokens["histogram"]),
        width=_WIDTH,
        height=_HEIGHT,
        costs=_costs(report.cost),
        groups=_groups(report),
        first_record=record,
    )


@cache
def _template() -> "Template":
    # Imported late: it costs 20 ms, and only the pages need it.
    from jinja2 import Environment, FileSystemLoader

    folder = FileSystemLoader(Path(__file__).with_name("templates"))
    environment = Environment(loader=folder, autoescape=True)
    environment.filters.update(number=_number, decimal=_decimal, place=_place)
    return environment.get_template("report.html")


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def _decimal(value: float) -> str:
    return f"{value:,.1f}".removesuffix(".0")


def _place(finding: Finding) -> str:
    parts = [] if finding.file == "training" else [f"{finding.file} file"]
    parts += [f"line {finding.line}"] if finding.line is not None else []
    parts += [f"example {finding.example}"] if finding.example is not None else []
    return ", ".join(parts)


def _facts(report: Report) -> Pairs:
    kinds = (("error", "error"), ("warning", "warning"), ("info", "note"))
    facts: Pairs = [
        ("found", ", ".join(pluralize(report.counts[level], noun) for level, noun in kinds)),
        ("examples", report.examples),
        ("lines", report.file.lines),
        ("bytes", report.file.bytes),
        ("method", report.method),
        ("model", report.model),
        ("sha256", report.file.sha256),
    ]
    if report.validation:
        facts.append(("validation file", f"{report.validation.examples:,} examples"))
    return facts


def _bars(histogram: list[dict[str, int]]) -> list[_Bar]:
    tallest = max((bar["rows"] for bar in histogram), default=0)
    bars = []
    for index, bar in enumerate(histogram):
        width, height = _WIDTH / len(histogram), _HEIGHT * bar["rows"] / tallest
        shape = (index * width, _HEIGHT - height, max(1, width - _GAP), height)
        bars.append(_Bar(bar["from"], bar["to"], bar["rows"], *shape))
    return bars


def _costs(cost: dict[str, Any]) -> Pairs:
    def dollars(value: float | None) -> str:
        return "unknown" if value is None else f"${value:,.2f}"

    days = f"hosting until deleted as idle ({pluralize(cost['idle_days'], 'day')})"
    costs: Pairs = [
        ("epochs", f"{cost['epochs']} ({cost['epochs_source']})"),
        ("training tokens", cost["training_tokens"]),
        ("training", dollars(cost["training_usd"])),
        (f"hosting per day ({cost['deployment_sku']})", dollars(cost["hosting_usd_per_day"])),
        (days, dollars(cost["hosting_usd_until_idle"])),
    ]
    if cost["price_source"]:
        costs.append(("prices", f"{cost['price_source']}, {cost['price_date']}"))
    return [*costs, *(("unknown", reason) for reason in cost["unknown"])]


def _groups(report: Report) -> list[_Group]:
    groups = []
    for (rule, level), found in groupby(report.findings, lambda one: (one.rule, one.level)):
        findings = list(found)
        hints = list(dict.fromkeys(finding.hint for finding in findings))
        groups.append(_Group(rule, level, report.rules[rule][level], findings, hints))
    return groups
