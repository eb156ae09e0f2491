"""Reports of usage as response bodies, and as CSV. Pure functions."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from api.presenters.costs import amount
from api.schemas import usage as schemas
from shared.billing import Rates
from shared.billing.usage import Row
from shared.billing.usage.report import Line, prices, report

_COLUMNS = ("requests", "unmetered", "prompt_tokens", "completion_tokens")


def usage(first: date, last: date, by: str, rows: Iterable[Row]) -> schemas.Usage:
    """The usage of the days from `first` to `last`, both included.

    Args:
        first: The first day.
        last: The last day.
        by: What the lines stand for: `key`, `model` or `day`.
        rows: What was counted on these days.
    """
    counts = list(rows)
    lines, total = report(counts, by)
    return schemas.Usage(
        **{"from": first, "to": last},
        by=by,
        lines=[line(one) for one in lines],
        total=line(total),
        prices=[_source(one) for one in prices(counts)],
    )


def line(found: Line) -> schemas.UsageLine:
    """A line of a report."""
    return schemas.UsageLine(name=found.name, **asdict(found.count), cost=amount(found.cost))


def to_csv(body: schemas.Usage) -> str:
    """The lines as CSV, under a line with the names of the columns."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([body.by, *_COLUMNS, "usd", "at_least_usd", "unknown"])
    for one in body.lines:
        cost = one.cost
        counts = (getattr(one, name) for name in _COLUMNS)
        table.writerow([one.name, *counts, cost.usd, cost.at_least_usd, "; ".join(cost.unknown)])
    return text.getvalue()


def _source(known: Rates) -> schemas.PriceSource:
    source = known.source
    url, day = (source.url, source.date) if source else (None, None)
    return schemas.PriceSource(base_model=known.model, url=url, date=day)
