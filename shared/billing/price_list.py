"""Azure's public retail price list: read once a day, kept in a table, never waited for by a run.

Source: learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices. It has list
prices: discounts of a contract are not in it. Meter names follow no rule, so the data file of
models says which meter is which price.
"""

import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shared import clock
from shared.errors import ServiceError, TunedropError
from shared.models import model_facts
from shared.models.price import Price

log = logging.getLogger("tunedrop.prices")

TABLE = "prices"
KEPT = timedelta(hours=1)  # how long a process uses what it has read from the table
_PARTITION, _ROW = "list", "current"
_TIMEOUT = 20.0  # seconds for one page
_PAGES = 50  # of one product: it has one or two
_PER_MILLION = {"1K": 1000.0, "1M": 1.0, "1 Hour": 1.0, "1/Hour": 1.0}
#: A row that differs from the shipped price by more than this factor is taken for a placeholder.
_PLAUSIBLE = 3.0

Kinds = dict[str, dict[str, dict[str, float]]]


@dataclass(frozen=True)
class PriceList:
    """Prices of the resource's region, by id of a base model.

    Attributes:
        prices: Empty before the list was read for the first time.
        region: Of the resource; empty if it is not known.
        url: Where they were read.
        day: When, as an ISO date.
    """

    prices: Mapping[str, Price] = field(default_factory=dict)
    region: str = ""
    url: str = ""
    day: str = ""


_current: tuple[datetime, PriceList] | None = None


def current_list() -> PriceList:
    """The list as it was kept last; an empty one without storage, or as long as that is away."""
    global _current
    now = clock.now()
    if _current and timedelta(0) <= now - _current[0] < KEPT:
        return _current[1]
    found = _read() if _has_storage() else PriceList()
    _current = (now, found or (_current[1] if _current else PriceList()))
    return _current[1]


def forget_list() -> None:
    """Read the table again at the next call."""
    global _current
    _current = None


def update_list(region: str, url: str | None) -> PriceList:
    """Read Azure's list for a region and keep it; for a thread without event loop. Never fails.

    Args:
        region: As Resource Manager names it.
        url: Of the list; None keeps the region only.

    Returns:
        The list that is in force then: the one kept before where this one could not be read.
    """
    import asyncio

    before = _read() or PriceList()
    kept = before if before.region == region else PriceList(region=region)
    try:
        if url:
            rows = asyncio.run(_fetch(url, region))
            kinds = _choose(rows, region)
            kept = PriceList(_prices(kinds), region, url, clock.now().date().isoformat())
            _write(kept, kinds)
            log.info("prices: %s meters read for %s from %s", _count(kinds), region, url)
        elif before.region != region:
            _write(kept, {})
    except (TunedropError, OSError, ValueError, TypeError) as error:
        log.warning("prices: the list was not read, those of %s stay: %s", _day(kept), error)
    forget_list()
    return kept


def choose_row(rows: Iterable[Mapping[str, Any]], today: str) -> Mapping[str, Any] | None:
    """The row of a meter that is in force: the newest one that is not in the future.

    The list has past and future rows side by side. Of two from one day the dearer one is real: the
    other is a placeholder.
    """
    past = [row for row in rows if str(row.get("effectiveStartDate", ""))[:10] <= today]
    return max(past, key=_rank, default=None)


def _rank(row: Mapping[str, Any]) -> tuple[str, float]:
    return str(row.get("effectiveStartDate", "")), float(row["retailPrice"])


async def _fetch(url: str, region: str) -> list[Mapping[str, Any]]:
    import aiohttp

    from shared.clients.credentials import require_https

    require_https(url, "PRICE_LIST")
    rows: list[Mapping[str, Any]] = []
    timeout = aiohttp.ClientTimeout(total=_TIMEOUT)
    try:
        async with aiohttp.ClientSession(timeout=timeout, trust_env=True) as session:
            for product in model_facts().price_products:
                rows += await _product(session, url, product, region)
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ServiceError("prices", f"{url} gave {type(error).__name__}: {error}") from None
    return rows


async def _product(session: Any, url: str, product: str, region: str) -> list[Mapping[str, Any]]:
    # One query for each product: long filters are refused. The service's name changed once.
    wanted = f"productName eq '{product}' and armRegionName eq '{region}' and type eq 'Consumption'"
    parameters: dict[str, str] | None = {
        "api-version": "2023-01-01-preview",
        "currencyCode": "USD",
        "$filter": wanted,
    }
    address: str | None = url
    rows: list[Mapping[str, Any]] = []
    for _ in range(_PAGES):
        if not address:
            break
        async with session.get(address, params=parameters) as answer:
            answer.raise_for_status()
            page = await answer.json(content_type=None)
        rows += page["Items"]
        address, parameters = page.get("NextPageLink"), None
    return rows


def _choose(rows: Iterable[Mapping[str, Any]], region: str) -> dict[str, Kinds]:
    """The prices in force, by model, kind, region and item."""
    by_meter: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_meter.setdefault(str(row.get("meterName")), []).append(row)
    today = clock.now().date().isoformat()
    found: dict[str, Kinds] = {}
    for model in model_facts().models.values():
        for meter, (kind, item) in model.meters.items():
            chosen = choose_row(by_meter.get(meter, ()), today)
            usd = _usd(chosen) if chosen else None
            if usd and _is_plausible(usd, model.price.find(kind, item, region), meter):
                kinds = found.setdefault(model.id, {})
                kinds.setdefault(kind, {}).setdefault(region, {})[item] = usd
    return found


def _usd(row: Mapping[str, Any]) -> float | None:
    """Per million tokens or per hour; None for a unit that is not known."""
    factor = _PER_MILLION.get(str(row.get("unitOfMeasure")))
    return None if factor is None else round(float(row["retailPrice"]) * factor, 6)


def _is_plausible(usd: float, shipped: float | None, meter: str) -> bool:
    good = not shipped or shipped / _PLAUSIBLE <= usd <= shipped * _PLAUSIBLE
    if not good:
        log.warning("prices: %s of %s is not used; %s is expected", usd, meter, shipped)
    return good


def _prices(kinds: Mapping[str, Kinds]) -> dict[str, Price]:
    return {model: Price.from_dict(found) for model, found in kinds.items()}


def _has_storage() -> bool:
    # The command that validates a file has none.
    return any(
        name.startswith("AzureWebJobsStorage") and value for name, value in os.environ.items()
    )


def _read() -> PriceList | None:
    from azure.core.exceptions import ResourceNotFoundError

    from shared.clients.refusals import TABLES
    from shared.clients.storage import table
    from shared.clients.translate import translate_errors

    try:
        with translate_errors(TABLES, "read the prices"):
            try:
                row = table(TABLE).get_entity(_PARTITION, _ROW)
            except ResourceNotFoundError:
                return PriceList()
        prices = _prices(json.loads(row["prices"]))
        return PriceList(prices, row["region"], row["url"], row["day"])
    except (TunedropError, KeyError, ValueError, TypeError) as error:
        log.warning("prices: what was kept cannot be read: %s", error)
        return None


def _write(kept: PriceList, kinds: Mapping[str, Kinds]) -> None:
    from azure.data.tables import UpdateMode

    from shared.clients.refusals import TABLES
    from shared.clients.storage import table
    from shared.clients.translate import translate_errors

    row = {
        "PartitionKey": _PARTITION,
        "RowKey": _ROW,
        "region": kept.region,
        "url": kept.url,
        "day": kept.day,
        "prices": json.dumps(kinds, separators=(",", ":")),
    }
    with translate_errors(TABLES, "write the prices"):
        table(TABLE).upsert_entity(row, mode=UpdateMode.REPLACE)


def _count(kinds: Mapping[str, Kinds]) -> int:
    return sum(len(items) for one in kinds.values() for by in one.values() for items in by.values())


def _day(kept: PriceList) -> str:
    return kept.day or "the data file"
