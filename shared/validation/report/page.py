"""A report as one HTML page that needs no network, fits a phone and follows dark mode.

Everything that comes from a dataset is escaped, here and nowhere else.
"""

import json
from collections.abc import Iterable
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from shared.validation.report.findings import Finding
from shared.validation.report.report import Report

_PARTS = ("total", "assistant", "prompt")
_FIGURES = ("min", "p5", "median", "mean", "p95", "max", "sum")
_WIDTH, _HEIGHT, _GAP = 640, 140, 2


def render_page(report: Report) -> str:
    """The whole page."""
    verdict = "would be accepted" if report.ok else "would be refused"
    body = "".join(
        (
            f'<h1>Dataset <span class="{"good" if report.ok else "bad"}">{verdict}</span></h1>',
            _facts(report),
            _tokens(report.tokens),
            _cost(report.cost),
            _findings(report),
            _first_record(report),
        )
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'\">"
        f"<title>Dataset {verdict}</title><style>{_style()}</style></head>"
        f"<body>{body}</body></html>\n"
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")


def _text(value: object) -> str:
    return escape(f"{value:,}" if isinstance(value, int | float) else str(value))


def _number(count: float, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _list(pairs: Iterable[tuple[str, object]]) -> str:
    rows = (f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in pairs)
    return f"<dl>{''.join(rows)}</dl>"


def _facts(report: Report) -> str:
    kinds = (("error", "error"), ("warning", "warning"), ("info", "note"))
    found = ", ".join(_number(report.counts[level], noun) for level, noun in kinds)
    pairs: list[tuple[str, object]] = [
        ("found", found),
        ("examples", report.examples),
        ("lines", report.file.lines),
        ("bytes", report.file.bytes),
        ("method", report.method),
        ("model", report.model),
        ("sha256", report.file.sha256),
    ]
    if report.validation:
        pairs.append(("validation file", f"{report.validation.examples:,} examples"))
    return _list(pairs)


def _tokens(tokens: dict[str, Any]) -> str:
    # Figures downwards: seven columns do not fit a phone.
    head = "".join(f"<th>{name}</th>" for name in ("", *_PARTS))
    rows = "".join(_row(name, [tokens[part][name] for part in _PARTS]) for name in _FIGURES)
    return (
        "<h2>Tokens per example</h2>"
        f'<div class="wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        f"{_histogram(tokens['histogram'])}"
        f'<p class="dim">{_text(tokens["vocabulary"])}. {_text(tokens["method"])}</p>'
    )


def _row(name: str, figures: list[float]) -> str:
    cells = "".join(f"<td>{f'{figure:,.1f}'.removesuffix('.0')}</td>" for figure in figures)
    return f"<tr><td>{name}</td>{cells}</tr>"


def _histogram(bars: list[dict[str, int]]) -> str:
    if not bars:
        return ""
    tallest, width = max(bar["rows"] for bar in bars), _WIDTH / len(bars)
    drawn = []
    for place, bar in enumerate(bars):
        height = _HEIGHT * bar["rows"] / tallest
        title = f"{bar['from']:,} to {bar['to']:,} tokens: {bar['rows']:,} examples"
        drawn.append(
            f'<rect x="{place * width:.1f}" y="{_HEIGHT - height:.1f}" '
            f'width="{max(1, width - _GAP):.1f}" height="{height:.1f}">'
            f"<title>{title}</title></rect>"
        )
    caption = f"Examples by tokens, from {bars[0]['from']:,} to {bars[-1]['to']:,}"
    return (
        f'<figure><svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{caption}">'
        f"{''.join(drawn)}</svg><figcaption>{caption}</figcaption></figure>"
    )


def _cost(cost: dict[str, Any]) -> str:
    def dollars(value: float | None) -> str:
        return "unknown" if value is None else f"${value:,.2f}"

    days = f"hosting until deleted as idle ({_number(cost['idle_days'], 'day')})"
    pairs = [
        ("epochs", f"{cost['epochs']} ({cost['epochs_source']})"),
        ("training tokens", cost["training_tokens"]),
        ("training", dollars(cost["training_usd"])),
        (f"hosting per day ({cost['deployment_sku']})", dollars(cost["hosting_usd_per_day"])),
        (days, dollars(cost["hosting_usd_until_idle"])),
    ]
    if cost["price_source"]:
        pairs.append(("prices", f"{cost['price_source']}, {cost['price_date']}"))
    pairs += [("unknown", reason) for reason in cost["unknown"]]
    return f"<h2>Cost forecast</h2>{_list(pairs)}"


def _findings(report: Report) -> str:
    if not report.findings:
        return "<h2>Findings</h2><p>None.</p>"
    groups = groupby(report.findings, lambda finding: (finding.rule, finding.level))
    made = (_group(rule, level, list(group), report) for (rule, level), group in groups)
    return f"<h2>Findings</h2>{''.join(made)}"


def _group(rule: str, level: str, places: list[Finding], report: Report) -> str:
    number = report.rules[rule][level]
    times = "" if number == 1 else f" ({number:,} times)"
    more = number - len(places)
    hints = "".join(f"<p>{_text(hint)}</p>" for hint in dict.fromkeys(p.hint for p in places))
    return (
        f'<section class="finding {_text(level)}"><h3><span class="level">{_text(level)}</span> '
        f"{_text(rule)}{times}</h3>{hints}<ul>{''.join(map(_place, places))}</ul>"
        + (f'<p class="dim">and {more:,} more</p>' if more > 0 else "")
        + "</section>"
    )


def _place(finding: Finding) -> str:
    where = [] if finding.file == "training" else [f"{finding.file} file"]
    where += [f"line {finding.line}"] if finding.line is not None else []
    where += [f"example {finding.example}"] if finding.example is not None else []
    path = f" <code>{_text(finding.path)}</code>" if finding.path != "$" else ""
    place = f'<span class="dim">{", ".join(where)}{path}</span><br>' if where or path else ""
    return f"<li>{place}{_text(finding.message)}{_excerpt(finding)}</li>"


def _excerpt(finding: Finding) -> str:
    if finding.excerpt:
        before, piece, after = map(_text, finding.excerpt)
        return f"<pre>{before}<mark>{piece}</mark>{after}</pre>"
    return f"<pre><mark>{_text(finding.value)}</mark></pre>" if finding.value else ""


def _first_record(report: Report) -> str:
    if report.first_record is None:
        return ""
    record = json.dumps(report.first_record, ensure_ascii=False, indent=2)
    return f"<h2>First record</h2><pre>{_text(record)}</pre>"
