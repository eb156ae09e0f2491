"""Graders: what a good answer is, from a word-by-word match to the opinion of another model.

Each gives an answer 0 to 1. One that cannot be applied, such as `exact` without an expected
answer, gives no score. The judge gets both answers at once, see
`shared.evaluation.judge`.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.evaluation.pattern_process import match_answers
from shared.evaluation.prompts import Question

JUDGE = "judge"
TOOL_CALL = "tool_call"
_META_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
# Scripts without blanks count each character as a word.
_SPACELESS = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W{_SPACELESS}]+")
#: The options of each grader, with the type of their value; those in capitals are a must.
OPTIONS: Mapping[str, Mapping[str, type]] = {
    "exact": {"ignore_case": bool},
    "contains": {"ignore_case": bool},
    "regex": {"pattern": str},
    "json_schema": {"schema": dict},
    "similarity": {},
    TOOL_CALL: {"partial": bool},
    JUDGE: {"prompt": str, "deployment": str},
}
#: Those that need no options, for the setting.
PLAIN = ("exact", "contains", "similarity", TOOL_CALL, JUDGE)
_REQUIRED = {"regex": "pattern", "json_schema": "schema"}
EXPECTED = f"one of {', '.join(OPTIONS)}, or an object with one of them as its `type`"


@dataclass(frozen=True)
class Grader:
    """A grader: its type, and its options as in `<name>.tune.json`."""

    type: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, value: object) -> "Grader":
        """Read a type's name, or an object with `type` and options.

        Raises:
            ValueError: with what is wanted instead.
        """
        tree = {"type": value} if isinstance(value, str) else value
        kind = tree.get("type") if isinstance(tree, dict) else None
        if not isinstance(tree, dict) or not isinstance(kind, str) or kind not in OPTIONS:
            raise ValueError(EXPECTED)
        options = {name: given for name, given in tree.items() if name != "type"}
        _check(kind, options)
        return cls(kind, options)

    def to_dict(self) -> dict[str, Any]:
        """As in `<name>.tune.json`."""
        return {"type": self.type, **self.options}


def default_graders(questions: Iterable[Question]) -> tuple[Grader, ...]:
    """How answers are graded where nobody says how: by the expected answers, if there are any."""
    asked = list(questions)
    found = [Grader("similarity")] if any(one.expected for one in asked) else []
    if any(one.expected_calls for one in asked):
        found.append(Grader(TOOL_CALL, {"partial": True}))
    return tuple(found)


def grades(grader: Grader, answers: list[str], expected: str) -> list[float | None]:
    """What a grader of texts gives each of some answers to one prompt; None for no say."""
    if grader.type in _ISOLATED:
        good = match_answers(grader.type, grader.options[_REQUIRED[grader.type]], answers)
        return [None if one is None else float(one) for one in good]
    if not expected:
        return [None] * len(answers)
    fold = bool(grader.options.get("ignore_case"))
    rule = _RULES[grader.type]
    return [rule(_normalize(answer, fold), _normalize(expected, fold)) for answer in answers]


def similarity(answer: str, expected: str) -> float:
    """The harmonic mean of the shares of words in common (F1), whatever their order."""
    given, wanted = (Counter(_WORD.findall(text.casefold())) for text in (answer, expected))
    common = (given & wanted).total()
    return 2 * common / (given.total() + wanted.total()) if common else 0.0


def _normalize(text: str, fold: bool) -> str:
    return text.strip().casefold() if fold else text.strip()


def _check(kind: str, options: Mapping[str, Any]) -> None:
    known = OPTIONS[kind]
    for name, value in options.items():
        if name not in known or not isinstance(value, known[name]):
            wanted = ", ".join(f"`{one}` ({type_.__name__})" for one, type_ in known.items())
            raise ValueError(f"a {kind} grader with {wanted or 'no options'}")
    must = _REQUIRED.get(kind, "")
    if must and must not in options:
        raise ValueError(f"a {kind} grader with `{must}`")
    if kind == "regex":
        _check_pattern(options["pattern"])
    if kind == "json_schema":
        _check_schema(options["schema"])


def _check_pattern(pattern: str) -> None:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"a regular expression of Python; {error}") from None


def _check_schema(schema: dict[str, Any]) -> None:
    from jsonschema_rs import Draft202012Validator, ValidationError

    try:
        Draft202012Validator({"$ref": _META_SCHEMA}).validate(schema)
    except ValidationError as error:
        raise ValueError(f"a JSON Schema of draft 2020-12; {error.message[:200]}") from None


_ISOLATED = frozenset(_REQUIRED)
_RULES: Mapping[str, Callable[[str, str], float]] = {
    "exact": lambda answer, expected: float(answer == expected),
    "contains": lambda answer, expected: float(expected in answer),
    "similarity": similarity,
}
