"""Links in responses, with the address by which the caller reached the app.

`request.url` shows the worker's private address: the host forwards to it and puts the public one in
`X-Forwarded-Host` and `-Proto`.
"""

from fastapi import Request

from api.schemas.runs import Links

PREFIX = "/api"  # extensions.http.routePrefix of host.json


def base_url(request: Request) -> str:
    """The app's public address with the route prefix."""
    headers = request.headers
    host = _first(headers.get("x-forwarded-host")) or headers.get("host", "localhost")
    scheme = _first(headers.get("x-forwarded-proto")) or request.url.scheme
    return f"{scheme}://{host}{PREFIX}"


def run_links(base: str, run: str) -> Links:
    """The links of a run.

    Args:
        base: The app's public address, as `base_url` returns it.
        run: Its id.
    """
    here = f"{base}/runs/{run}"
    return Links(
        self=here,
        report=f"{here}/report",
        events=f"{here}/events",
        cancel=f"{here}/cancel",
        approve=f"{here}/approve",
    )


def _first(values: str | None) -> str:
    return (values or "").partition(",")[0].strip()
