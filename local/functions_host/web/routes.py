"""Which function a request is for: the routes of all HTTP functions, on Starlette's patterns.

Known are literals, `{name}`, `{name:int}`, `{name:guid}`, and at the end optional ones (`{name?}`)
and a catch-all (`{*name}`). ASP.NET, which reads them in Azure, knows more; that is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.routing import compile_path

from local.functions_host.errors import StartError
from local.functions_host.worker.functions import Function

_PARAMETER = re.compile(
    r"\{(?P<all>\*{0,2})(?P<name>[A-Za-z_]\w*)(?P<rule>[^{}?]*)(?P<optional>\??)\}"
)
_RULES = {"": "str", ":int": "int", ":guid": "uuid"}


class Template:
    """One route.

    Raises:
        ValueError: the text is no template, or one with parts that this host does not know.
    """

    def __init__(self, text: str) -> None:
        self.text = text.strip("/")
        segments = self.text.split("/") if self.text else []
        names = [found["name"].lower() for found in _PARAMETER.finditer(self.text)]
        if len(set(names)) < len(names):
            raise ValueError(f"route {text!r} names a parameter twice")
        paths = [_path(segment) for segment in segments]
        required = len(segments)
        while required and _may_be_absent(segments[required - 1]):
            required -= 1
        self._patterns = [
            _pattern("/" + "/".join(paths[:length]))
            for length in range(len(segments), required - 1, -1)
        ]
        self.precedence = [_rank(segment) for segment in segments]
        """Sort key by which the more specific of two matching routes comes first."""

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters in a decoded path, as texts, or None if the path is another's.

        Absent optional parameters are missing.
        """
        for pattern in self._patterns:
            if found := pattern.fullmatch("/" + path.strip("/")):
                return found.groupdict()
        return None


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


def decode_path(raw_path: bytes) -> str:
    """A request's path, percent-decoded but for `%2F`, which the real server leaves alone."""
    text = raw_path.partition(b"?")[0].decode("latin-1")
    return "%2F".join(unquote(piece) for piece in re.split("%2[fF]", text))


def _path(segment: str) -> str:
    """A segment in Starlette's words."""
    rest = _PARAMETER.sub("", segment)
    optional = any(found["optional"] or found["all"] for found in _PARAMETER.finditer(segment))
    if not segment or "{" in rest or "}" in rest or (rest and optional):
        raise ValueError(f"route segment {segment!r} cannot be read by this host")
    return _PARAMETER.sub(_parameter, segment)


def _parameter(found: re.Match[str]) -> str:
    if found["rule"] not in _RULES or (found["all"] and found["rule"]):
        raise ValueError(
            f"this host does not know {found['rule']!r} in the route parameter {found[0]!r}; it "
            "knows {name}, {name:int}, {name:guid}, {name?} and {*name}"
        )
    kind = "path" if found["all"] else _RULES[found["rule"]]
    return f"{{{found['name']}:{kind}}}"


def _pattern(path: str) -> re.Pattern[str]:
    # Starlette minds case, the real host does not; and a value may hold a line's end.
    return re.compile(compile_path(path)[0].pattern, re.IGNORECASE | re.DOTALL)


def _may_be_absent(segment: str) -> bool:
    found = _PARAMETER.fullmatch(segment)
    return found is not None and bool(found["optional"] or found["all"])


def _rank(segment: str) -> int:
    found = _PARAMETER.fullmatch(segment)
    if found is None:
        return 2 if "{" in segment else 1
    return 5 if found["all"] else 2 if found["rule"] else 3
