"""Pages of a list: `after` (an id) and `limit`."""

from typing import Any

from starlette.requests import Request

from local.azure.errors import invalid

MAX_LIMIT = 100


def page(request: Request, items: list[dict[str, Any]], default: int) -> dict[str, Any]:
    """The part of `items` that the query asks for, as a list object.

    Raises:
        ServiceError: 400 for a limit that is no number from 1 to 100.
    """
    limit = _limit(request.query_params.get("limit"), default)
    begin = _after(request.query_params.get("after"), items)
    data = items[begin : begin + limit]
    return {"object": "list", "data": data, "has_more": len(items) > begin + limit}


def _limit(text: str | None, default: int) -> int:
    if text is None:
        return default
    # Python refuses to read numbers of thousands of digits.
    if not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= MAX_LIMIT:
        raise invalid(f"limit {text!r} must be an integer from 1 to {MAX_LIMIT}", "limit")
    return int(text)


def _after(identity: str | None, items: list[dict[str, Any]]) -> int:
    if not identity:
        return 0
    for number, item in enumerate(items, 1):
        if item["id"] == identity:
            return number
    raise invalid(f"after {identity!r} is not in this list", "after")
