"""Handlers of the public price list."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.azure.errors import invalid

from .prices import Meter, read_meters

PAGE = 100  # the service sends up to 1,000 rows a page
UNITS = {"1K": 1000.0}
CONDITION = re.compile(r"(\w+) eq '([^']*)'")


async def list_prices(request: Request) -> Response:
    """Rows of the list that fit `$filter` (equal values joined by `and`), page by page."""
    wanted = _read_filter(request.query_params.get("$filter", ""))
    skip = int(request.query_params.get("$skip", "0"))
    found = [row for meter in read_meters() if (row := _row(meter, wanted)) is not None]
    page = found[skip : skip + PAGE]
    more = skip + PAGE < len(found)
    link = str(request.url.include_query_params(**{"$skip": skip + PAGE})) if more else None
    return JSONResponse(
        {"BillingCurrency": "USD", "Items": page, "NextPageLink": link, "Count": len(page)}
    )


def _read_filter(text: str) -> dict[str, str]:
    parts = [part for part in text.split(" and ") if part]
    found = [CONDITION.fullmatch(part.strip()) for part in parts]
    if not all(found):
        raise invalid(f"The filter {text!r} is not emulated: use eq and and", "$filter")
    return {one[1]: one[2] for one in found if one}


def _row(meter: Meter, wanted: dict[str, str]) -> dict[str, Any] | None:
    # A meter that is sold everywhere has a row in each region.
    region = meter.region or wanted.get("armRegionName", "swedencentral")
    row = {
        "currencyCode": "USD",
        "tierMinimumUnits": 0.0,
        "retailPrice": round(meter.usd / UNITS.get(meter.unit, 1.0), 6),
        "armRegionName": region,
        "effectiveStartDate": "2025-12-01T00:00:00Z",
        "meterName": meter.meter,
        "productName": meter.product,
        "skuName": meter.meter.rpartition(" ")[0],
        "serviceName": "Foundry Models",
        "serviceFamily": "AI + Machine Learning",
        "unitOfMeasure": meter.unit,
        "type": "Consumption",
    }
    return row if all(row.get(name) == value for name, value in wanted.items()) else None
