"""Links with the address by which the caller reached the app."""

import pytest
from starlette.requests import Request

from api.links import base_url, run_links


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({"host": "127.0.0.1:7071"}, "http://127.0.0.1:7071/api"),
        (
            {
                "host": "127.0.0.1:49327",
                "x-forwarded-host": "my.app.net",
                "x-forwarded-proto": "https",
            },
            "https://my.app.net/api",
        ),
        (
            {
                "host": "w",
                "x-forwarded-host": "front.net, back.net",
                "x-forwarded-proto": "https,http",
            },
            "https://front.net/api",
        ),
    ],
)
def test_the_public_address(headers: dict[str, str], address: str) -> None:
    """The outermost forwarded host and scheme win over the worker's own address."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "scheme": "http", "server": ("w", 80), "path": "/", "headers": raw}

    assert base_url(Request(scope)) == address


def test_links_of_a_run() -> None:
    """A run says where its report, events and cancellation are."""
    links = run_links("https://a/api", "brolly-0")

    assert links.model_dump() == {
        "self": "https://a/api/runs/brolly-0",
        "report": "https://a/api/runs/brolly-0/report",
        "events": "https://a/api/runs/brolly-0/events",
        "cancel": "https://a/api/runs/brolly-0/cancel",
        "approve": "https://a/api/runs/brolly-0/approve",
    }
