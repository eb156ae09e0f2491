"""The door of use: who chatted with what, and what it cost."""

import asyncio
import csv
import io
from dataclasses import asdict
from datetime import date

from fastapi import Request, Response

from api import schemas
from api.presenters.costs import amount
from api.requests import checked, query_of
from api.responses import body, prefers
from shared import clock
from shared.billing import Rates
from shared.billing.usage import Row, counter, usage_table
from shared.billing.usage.report import Line, prices, report

CSV = "text/csv"
_COLUMNS = ("requests", "unmetered", "prompt_tokens", "completion_tokens")


async def usage(request: Request) -> Response:
    """`GET usage`, as JSON or CSV by `Accept`."""
    query = checked(schemas.UsageQuery, query_of(request))
    last = query.last or clock.now().date()
    first = query.first or last.replace(day=1)
    # In any order: somebody who swaps them means the days between all the same.
    first, last = min(first, last), max(first, last)
    # What this instance has counted and not written is asked for as well.
    await counter().flush()
    rows = await asyncio.to_thread(lambda: list(usage_table().between(first, last)))
    found = _usage(first, last, query.by, rows)
    if prefers(request.headers.get("accept", ""), CSV):
        return Response(_csv(found), media_type=f"{CSV}; charset=utf-8")
    return body(found)


def _usage(first: date, last: date, by: str, rows: list[Row]) -> schemas.Usage:
    lines, whole = report(rows, by)
    return schemas.Usage(
        **{"from": first, "to": last},
        by=by,
        lines=[line(one) for one in lines],
        total=line(whole),
        prices=[_source(one) for one in prices(rows)],
    )


def line(found: Line) -> schemas.UsageLine:
    """A line of a report as callers see it."""
    return schemas.UsageLine(name=found.name, **asdict(found.count), cost=amount(found.cost))


def _source(known: Rates) -> schemas.PriceSource:
    source = known.source
    url, day = (source.url, source.date) if source else (None, None)
    return schemas.PriceSource(base_model=known.model, url=url, date=day)


def _csv(found: schemas.Usage) -> str:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow([found.by, *_COLUMNS, "usd", "at_least_usd", "unknown"])
    for line in found.lines:
        cost = line.cost
        counts = (getattr(line, name) for name in _COLUMNS)
        table.writerow([line.name, *counts, cost.usd, cost.at_least_usd, "; ".join(cost.unknown)])
    return text.getvalue()
