"""Route templates of HTTP functions, on Starlette's patterns.

Known are literals, `{name}`, `{name:int}`, `{name:guid}`, and at the end optional ones (`{name?}`)
and a catch-all (`{*name}`). ASP.NET, which reads them in Azure, knows more; that is refused.
"""

import re
from urllib.parse import unquote

from starlette.routing import compile_path

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
        self._ranks = [_rank(segment) for segment in segments]

    @property
    def precedence(self) -> list[int]:
        """Sort key by which the more specific of two matching routes comes first."""
        return self._ranks

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters in a decoded path, as texts, or None if the path is another's.

        Absent optional parameters are missing.
        """
        for pattern in self._patterns:
            if found := pattern.fullmatch("/" + path.strip("/")):
                return found.groupdict()
        return None


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
