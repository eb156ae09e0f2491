"""JSON bodies, and the media type that a caller prefers."""

import json

import pytest

from api.responses import json_response, prefers_html
from api.schemas.health import Health


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html", True),
        ("TEXT/HTML; charset=utf-8", True),
        ("text/*, application/json;q=0.5", True),
        ("*/*", False),
        ("", False),
        ("application/json", False),
        ("application/json, text/html", False),
        ("text/html;q=0.1, */*", False),
        ("text/html;q=x", False),
        ("text/html;q=0", False),
    ],
)
def test_browsers_get_pages_and_programs_json(accept: str, html: bool) -> None:
    """A page is sent only to those who would rather have it; a tie means JSON."""
    assert prefers_html(accept) is html


def test_a_body_is_json_with_a_status() -> None:
    """A body is sent as JSON, with the status that was asked for."""
    answer = json_response(Health(ok=True), 503)

    assert (answer.status_code, answer.media_type) == (503, "application/json")
    assert json.loads(bytes(answer.body)) == {"ok": True}
