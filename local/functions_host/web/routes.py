"""Which function a request is for: the routes of all HTTP functions of an app."""

from collections.abc import Iterable
from dataclasses import dataclass

from local.functions_host.errors import StartError
from local.functions_host.web.template import Template
from local.functions_host.worker.functions import Function


@dataclass(frozen=True)
class Route:
    """One HTTP function's place: template with prefix, methods (None = all) and key level."""

    function: Function
    template: Template
    methods: frozenset[str] | None
    level: str

    def takes(self, method: str) -> bool:
        """Whether the method is among those the function lists."""
        return self.methods is None or method in self.methods


class RouteTable:
    """The routes of an app, the more specific ones first.

    Raises:
        StartError: a route is no template, or lies where the host's own pages are.
    """

    def __init__(self, functions: Iterable[Function], prefix: str) -> None:
        routes = [_route(function, prefix) for function in functions]
        _check_conflicts(routes)
        self._routes = sorted(routes, key=lambda route: route.template.precedence)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route for a decoded path and its parameters.

        None also where only the method does not fit: methods are part of the route in the real
        host, so that a wrong one is 404 and there is no 405.
        """
        for route in self._routes:
            if route.takes(method) and (values := route.template.match(path)) is not None:
                return route, values
        return None


def _route(function: Function, prefix: str) -> Route:
    trigger = function.trigger
    text = str(trigger.get("route") or function.name).strip("/")
    if text.lower().startswith(("admin", "runtime")):
        raise StartError(
            f"The '{function.name}' function is in error: The specified route conflicts with one "
            "or more built in routes."
        )
    try:
        template = Template(f"{prefix}/{text}")
    except ValueError as error:
        raise StartError(f"The '{function.name}' function is in error: {error}.") from error
    methods = trigger.get("methods")
    return Route(
        function=function,
        template=template,
        methods=frozenset(str(m).upper() for m in methods) if methods else None,
        level=str(trigger.get("authLevel") or "FUNCTION").lower(),
    )


def _check_conflicts(routes: list[Route]) -> None:
    for index, route in enumerate(routes):
        for other in routes[:index]:
            if route.template.text.lower() == other.template.text.lower() and _overlap(
                route, other
            ):
                raise StartError(
                    f"The '{route.function.name}' function is in error: The route specified "
                    f"conflicts with the route defined by function '{other.function.name}'."
                )


def _overlap(one: Route, other: Route) -> bool:
    if one.methods is None or other.methods is None:
        return True
    return not one.methods.isdisjoint(other.methods)
