"""Route templates as ASP.NET Core reads them, which is where the real host's routing lives."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from local.functions_host.web.constraint import Check, constraint


@dataclass
class _Part:
    """A piece of a segment: literal text, or a parameter."""

    text: str = ""
    name: str = ""
    optional: bool = False
    default: str | None = None
    catch_all: bool = False
    checks: list[Check] = field(default_factory=list)


class Template:
    """One route: literals, `{parameters}` with constraints, defaults, optional and catch-all ones.

    Raises:
        ValueError: the text is not a template.
    """

    def __init__(self, text: str) -> None:
        self.text = text.strip("/")
        self._segments = [_parts(segment) for segment in _split(self.text)]
        self._parameters = [p for parts in self._segments for p in parts if p.name]
        names = [parameter.name.lower() for parameter in self._parameters]
        if len(set(names)) < len(names):
            raise ValueError(f"route {text!r} names a parameter twice")
        self._regex = re.compile(self._pattern(), re.IGNORECASE | re.DOTALL)

    @property
    def precedence(self) -> list[int]:
        """Sort key by which the more specific of two matching routes comes first."""
        return [_rank(parts) for parts in self._segments]

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters in a decoded path, as texts, or None if the path is another's.

        Absent optional parameters are missing, those with a default have it.
        """
        found = self._regex.fullmatch(path.strip("/"))
        if found is None:
            return None
        values: dict[str, str] = {}
        for index, parameter in enumerate(self._parameters):
            value = found[f"p{index}"]
            if value is None:
                value = parameter.default
            if value is None or (value == "" and parameter.catch_all):
                continue
            if not all(check(value) for check in parameter.checks):
                return None
            values[parameter.name] = value
        return values

    def _pattern(self) -> str:
        may_be_absent = True
        pattern = ""
        index = len(self._parameters)
        for position, parts in reversed(list(enumerate(self._segments))):
            index -= sum(1 for part in parts if part.name)
            absent = may_be_absent and len(parts) == 1 and _may_be_absent(parts[0])
            slash = "/" if position else ""
            segment = slash + _segment(parts, index)
            # A tail of optional segments nests: none is there without the one before it.
            pattern = f"(?:{segment}{pattern})?" if absent else segment + pattern
            may_be_absent = absent
        return pattern


def decoded(raw_path: bytes) -> str:
    """A request's path, percent-decoded but for `%2F`, which the real server leaves alone."""
    text = raw_path.partition(b"?")[0].decode("latin-1")
    return "%2F".join(unquote(piece) for piece in re.split("%2[fF]", text))


def _split(text: str) -> list[str]:
    """The segments: split at slashes outside of braces."""
    segments, depth, current = [], 0, ""
    for character in text:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "/" and depth == 0:
            segments.append(current)
            current = ""
        else:
            current += character
    if depth:
        raise ValueError(f"route {text!r} has an unclosed brace")
    return [*segments, current] if text else []


def _parts(segment: str) -> list[_Part]:
    parts = []
    for literal, parameter in re.findall(r"([^{]+)|\{((?:[^{}]|\{\{|\}\}|\{[^{}]*\})+)\}", segment):
        parts.append(_Part(text=literal) if literal else _parameter(parameter))
    if not parts or any("}" in part.text for part in parts):
        raise ValueError(f"route segment {segment!r} cannot be read")
    return parts


def _parameter(text: str) -> _Part:
    text = text.replace("{{", "{").replace("}}", "}")
    catch_all = text.startswith("*")
    name = re.match(r"\*{0,2}([^:=?]+)", text)
    if name is None:
        raise ValueError(f"route parameter {text!r} has no name")
    rest = text[name.end() :]
    constraints, default = _constraints(rest)
    return _Part(
        name=name[1],
        optional=rest.endswith("?"),
        default=default,
        catch_all=catch_all,
        checks=[constraint(item) for item in constraints],
    )


def _constraints(rest: str) -> tuple[list[str], str | None]:
    """The constraints and the default value in what follows a parameter's name."""
    found = re.findall(r":((?:[^:(=?]+)(?:\((?:[^()]|\([^()]*\))*\))?)", rest)
    tail = rest
    for item in found:
        tail = tail.replace(f":{item}", "", 1)
    default = tail[1:] if tail.startswith("=") else None
    return found, default


def _may_be_absent(part: _Part) -> bool:
    return bool(part.name) and (part.optional or part.catch_all or part.default is not None)


def _segment(parts: list[_Part], index: int) -> str:
    if len(parts) == 1 and parts[0].name:
        return f"(?P<p{index}>{'.*' if parts[0].catch_all else '[^/]+'})"
    # `{file}.{ext?}`: the dot goes with the extension, which is what follows the last dot.
    ends_open = parts[-1].optional and len(parts) > 1
    pattern = ""
    for part in parts:
        if not part.name:
            pattern += re.escape(part.text)
        elif ends_open and part is parts[-1]:
            dot = r"\." if pattern.endswith(r"\.") else ""
            pattern = f"{pattern.removesuffix(dot)}(?:{dot}(?P<p{index}>[^/.]+))?"
        else:
            pattern += f"(?P<p{index}>[^/]+{'?' * ends_open})"
        index += bool(part.name)
    return pattern


def _rank(parts: list[_Part]) -> int:
    if len(parts) > 1:
        return 2
    part = parts[0]
    if not part.name:
        return 1
    return (5 if part.catch_all else 3) - bool(part.checks)
