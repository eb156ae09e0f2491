"""Answers for another task hub than the app's (`taskHub` in the query): nothing is in it."""

from starlette.responses import Response

from local.functions_host.durable.management.answers import nothing, refused
from local.functions_host.durable.management.control import not_rewound
from local.functions_host.durable.management.listing import empty_page
from local.functions_host.durable.management.starting import not_restarted


def answer(method: str, kind: str, names: list[str]) -> Response:
    """What the API says there: no instance is known. Starting one is refused with 501.

    Args:
        method: The method of the call.
        kind: The first segment of its path, in lower case.
        names: The segments that follow.
    """
    match (method, kind, *(name.lower() for name in names)):
        case ("POST", "orchestrators", *_):
            return refused("starting in another task hub")
        case ("GET", "instances"):
            return empty_page()
        case ("POST", "instances", _, "restart" | "restartwithoptions"):
            return not_restarted(names[0])
        case ("POST", "instances", _, "rewind"):
            return not_rewound(names[0])
    return nothing(404)
