"""Graders of reinforcement fine-tuning: their faults, and the fields of a row that they read."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from shared.validation.json_values import kind, nearest
from shared.validation.rules.rule import Level
from shared.validation.turn import Json

_MOST_SOURCE_BYTES = 256 * 1024
_STRING_CHECKS = ("eq", "ne", "like", "ilike")
_SIMILARITIES = (
    "fuzzy_match",
    "bleu",
    "gleu",
    "meteor",
    "cosine",
    *(f"rouge_{number}" for number in range(1, 6)),
    "rouge_l",
)
_TEMPLATE = re.compile(r"\{\{\s*item\.([A-Za-z_]\w*)")
_PYTHON_ITEM = re.compile(r"""\bitem\[\s*["']([^"'\]]+)["']\s*\]""")


class GraderFault(NamedTuple):
    """A fault of a grader, and its place."""

    path: str
    value: Json
    message: str
    level: Level = Level.ERROR


def with_names(grader: dict[str, Json], name: str) -> dict[str, Json]:
    """The grader with a name wherever one is missing: the specification requires it everywhere."""
    named, parts = {"name": name, **grader}, grader.get("graders")
    if isinstance(parts, dict):
        named["graders"] = {
            key: with_names(part, key) if isinstance(part, dict) else part
            for key, part in parts.items()
        }
    return named


def grader_faults(grader: Json, path: str = "$") -> Iterator[GraderFault]:
    """Why the service would refuse a grader."""
    if not isinstance(grader, dict):
        yield GraderFault(path, grader, f"the grader is {kind(grader)}; it must be an object")
        return
    name = grader.get("type")
    check = _CHECKS.get(name) if isinstance(name, str) else None
    if check is None:
        near = nearest(name, list(_CHECKS)) if isinstance(name, str) else ""
        known = ", ".join(_CHECKS)
        found = f"unknown grader type {name!r}{near or f'; it must be one of {known}'}"
        yield GraderFault(f"{path}.type", name, found)
        return
    yield from check(grader, path)
    if "name" not in grader:
        # Some of the documentation's samples omit it, so it may be accepted without.
        found = "name is missing; the service's specification requires it"
        yield GraderFault(f"{path}.name", None, found, Level.WARNING)


def grader_model_of(grader: Json) -> str:
    """The model that a grader uses, whose tokens are charged, too; empty if it uses none."""
    if not isinstance(grader, dict):
        return ""
    if grader.get("type") == "score_model":
        return str(grader.get("model") or "")
    parts = grader.get("graders")
    found = map(grader_model_of, parts.values()) if isinstance(parts, dict) else ()
    return next(filter(None, found), "")


def item_fields(grader: Json) -> set[str]:
    """The fields that a grader takes from each row, by its templates and its Python source."""
    if isinstance(grader, str):
        return set(_TEMPLATE.findall(grader))
    if isinstance(grader, list):
        return set().union(*map(item_fields, grader))
    if not isinstance(grader, dict):
        return set()
    fields = set().union(*map(item_fields, grader.values()))
    if grader.get("type") == "python" and isinstance(grader.get("source"), str):
        fields |= set(_PYTHON_ITEM.findall(grader["source"]))
    return fields


def _texts(grader: dict[str, Json], path: str, *names: str) -> Iterator[GraderFault]:
    for name in names:
        value = grader.get(name)
        if not isinstance(value, str) or not value:
            seen = "missing" if value is None else kind(value) if value else "empty"
            found = f"{name} is {seen}; it must be a string that is not empty"
            yield GraderFault(f"{path}.{name}", value, found)


def _one_of(
    grader: dict[str, Json], path: str, name: str, known: tuple[str, ...]
) -> Iterator[GraderFault]:
    if grader.get(name) not in known:
        found = f"{name} is {grader.get(name)!r}; it must be one of {', '.join(known)}"
        yield GraderFault(f"{path}.{name}", grader.get(name), found)


def _string_check(grader: dict[str, Json], path: str) -> Iterator[GraderFault]:
    yield from _texts(grader, path, "input", "reference")
    yield from _one_of(grader, path, "operation", _STRING_CHECKS)


def _text_similarity(grader: dict[str, Json], path: str) -> Iterator[GraderFault]:
    yield from _texts(grader, path, "input", "reference")
    yield from _one_of(grader, path, "evaluation_metric", _SIMILARITIES)


def _score_model(grader: dict[str, Json], path: str) -> Iterator[GraderFault]:
    yield from _texts(grader, path, "model")
    value = grader.get("input")
    if not isinstance(value, list) or not value:
        yield GraderFault(f"{path}.input", value, "input must be a list of messages")


def _python(grader: dict[str, Json], path: str) -> Iterator[GraderFault]:
    yield from _texts(grader, path, "source")
    source = grader.get("source")
    if not isinstance(source, str) or not source:
        return
    size, where = len(source.encode(errors="replace")), f"{path}.source"
    if size > _MOST_SOURCE_BYTES:
        found = f"source has {size:,} bytes; {_MOST_SOURCE_BYTES:,} are allowed"
        yield GraderFault(where, size, found)
    elif not re.search(r"^\s*(?:async\s+)?def\s+grade\s*\(", source, re.MULTILINE):
        yield GraderFault(where, source, "source must define a function grade(sample, item)")


def _multi(grader: dict[str, Json], path: str) -> Iterator[GraderFault]:
    yield from _texts(grader, path, "calculate_output")
    graders = grader.get("graders")
    if not isinstance(graders, dict) or not graders:
        found = "graders must be an object of graders by name"
        yield GraderFault(f"{path}.graders", graders, found)
        return
    for name, inner in graders.items():
        where = f"{path}.graders.{name}"
        if isinstance(inner, dict) and inner.get("type") == "multi":
            yield GraderFault(f"{where}.type", "multi", "a multi grader inside a multi grader")
        else:
            yield from grader_faults(inner, where)


_CHECKS: dict[str, Callable[[dict[str, Json], str], Iterator[GraderFault]]] = {
    "string_check": _string_check,
    "text_similarity": _text_similarity,
    "score_model": _score_model,
    "python": _python,
    "multi": _multi,
}
