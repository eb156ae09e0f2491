"""Responses: JSON bodies, and which media type a caller prefers."""

from fastapi import Response
from pydantic import BaseModel


def json_response(body: BaseModel, status: int = 200) -> Response:
    """A JSON response; fields that are None are left out."""
    content = body.model_dump_json(exclude_none=True, by_alias=True)
    return Response(content, status_code=status, media_type="application/json")


def prefers_html(accept: str) -> bool:
    """Whether an `Accept` header puts `text/html` above JSON; a tie means JSON."""
    return prefers(accept, "text/html")


def prefers(accept: str, media_type: str) -> bool:
    """Whether an `Accept` header puts a media type above JSON; a tie means JSON."""
    return _quality(accept, media_type) > _quality(accept, "application/json")


def _quality(accept: str, wanted: str) -> float:
    """The quality of a media type by the most precise range that covers it (RFC 9110 §12.5.1)."""
    ranges = (wanted, wanted.partition("/")[0] + "/*", "*/*")
    given = dict(_part(part) for part in accept.lower().split(","))
    return next((given[name] for name in ranges if name in given), 0.0)


def _part(text: str) -> tuple[str, float]:
    name, *parameters = (one.strip() for one in text.split(";"))
    weights = [one.removeprefix("q=") for one in parameters if one.startswith("q=")]
    try:
        return name, float(weights[0]) if weights else 1.0
    except ValueError:
        return name, 0.0
