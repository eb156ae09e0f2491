"""Options of a dataset: the companion `<name>.tune.json`.

Every key is optional; an unknown key or a wrong value is a fault of the dataset, reported with its
JSON path, because a typo in `n_epochs` would otherwise cost a whole training.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from shared.evaluation.gate import EXPECTED as GATE_EXPECTED
from shared.evaluation.gate import Gate
from shared.evaluation.graders import Grader
from shared.models import TRAINING_TYPES
from shared.prompts import few_shot

SUFFIX_LIMIT = 40  # documents disagree (18, 40, 64); 40 is the authoring specification's
HIDDEN = "******"  # instead of a value that may be a secret
_SECRET_KEY = re.compile(r"key|token|secret|password|credential|connection|auth", re.IGNORECASE)
LIMIT = 1 << 20
"""Bytes of the companion: a Python grader may have 256 KiB, which escapes make longer."""


@dataclass(frozen=True)
class Fault:
    """One fault of the options: where, what was seen, what is wanted.

    What is under a key that names a secret, or under one that is no option, is never in `value`.
    """

    path: str
    value: object
    wanted: str

    def __post_init__(self) -> None:
        """Hide what may be a secret: the message goes into the report, the run and the log."""
        object.__setattr__(self, "value", _hide_secrets(self.value))

    @property
    def message(self) -> str:
        """One sentence for the report."""
        # The package of the validation takes long to import, and chat needs no more of it.
        from shared.validation.report.display import format_value

        text = json.dumps(self.value) if isinstance(self.value, str) else self.value
        return f"{format_value(self.path)} is {format_value(text, 80)}; it must be {self.wanted}."


@dataclass(frozen=True)
class TuneOptions:
    """What a dataset asks of its training; None leaves the choice to the settings or the service.

    Attributes:
        base_model: The model to fine-tune instead of `BASE_MODEL`.
        suffix: Part of the tuned model's name; the model's own name without one.
        seed: Seed of the training, 0 to 2147483647.
        training_type: `Standard`, `DataZoneStandard`, `GlobalStandard` or `Developer`.
        hyperparameters: `n_epochs`, `batch_size`, `learning_rate_multiplier`, as far as given.
        use_system_message: Whether chat adds the system message of the training data.
        examples: Questions and answers that chat puts before the caller's messages.
        grader: Judges the answers of reinforcement fine-tuning, as the job's request has it; only
            that it is an object is looked at here, the rest is validation's.
        checkpoint: Which state of the training is deployed: `last`, or `best` by validation loss.
        gate: What the comparison must reach before promotion; `off` for no gate.
        graders: How answers of the comparison are graded.
    """

    base_model: str | None = None
    suffix: str | None = None
    seed: int | None = None
    training_type: str | None = None
    hyperparameters: dict[str, float | int] = field(default_factory=dict)
    use_system_message: bool = True
    examples: list[dict[str, str]] = field(default_factory=list)
    grader: dict[str, Any] | None = None
    checkpoint: str | None = None
    gate: str | None = None
    graders: tuple[Grader, ...] = ()


def parse(data: bytes | None) -> tuple[TuneOptions, list[Fault]]:
    """Read options; with faults, the options hold what was right.

    Args:
        data: The companion's bytes, or None if there is none.
    """
    if data is None:
        return TuneOptions(), []
    try:
        tree = json.loads(data)
    except (ValueError, RecursionError) as error:
        return TuneOptions(), [Fault("$", str(error), "JSON in UTF-8")]
    if not isinstance(tree, dict):
        return TuneOptions(), [Fault("$", tree, "a JSON object")]
    faults = list(_unencodable(tree, "$"))
    if faults:
        return TuneOptions(), faults
    values = _check(tree, _KEYS, "$", faults)
    return TuneOptions(**values), faults


def _check(
    tree: dict[str, Any], rules: "dict[str, _Rule]", path: str, faults: list[Fault]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in tree.items():
        rule = rules.get(key)
        where = f"{path}.{key}"
        if rule is None:
            faults.append(Fault(where, HIDDEN, _unknown(key, rules)))
        elif key == "hyperparameters" and isinstance(value, dict):
            values[key] = _check(value, _HYPERPARAMETERS, where, faults)
        elif key == "examples" and (found := list(few_shot.faults(value))):
            faults += [Fault(where + path, seen, wanted) for path, seen, wanted in found]
        elif key == "evaluation" and isinstance(value, dict):
            values |= _check(value, _EVALUATION, where, faults)
        elif key == "graders" and isinstance(value, list) and value:
            values[key] = _graders(value, where, faults)
        elif not rule.accepts(value):
            faults.append(Fault(where, value, rule.wanted))
        elif rules is not _HYPERPARAMETERS or value != "auto":
            values[key] = value
    return values


def _hide_secrets(value: object) -> object:
    """The value without what is under a key that names a secret."""
    if isinstance(value, dict):
        return {
            key: HIDDEN if _SECRET_KEY.search(str(key)) else _hide_secrets(one)
            for key, one in value.items()
        }
    return [_hide_secrets(one) for one in value] if isinstance(value, list) else value


def _unencodable(value: object, path: str) -> Iterator[Fault]:
    """Texts with half a surrogate pair, which JSON's escapes allow and no answer can carry."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _unencodable(key, path)
            yield from _unencodable(one, f"{path}.{key}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _unencodable(one, f"{path}[{number}]")
    elif isinstance(value, str) and any("\ud800" <= char <= "\udfff" for char in value):
        yield Fault(path, value, "text without half of a surrogate pair")


def _graders(given: list[Any], path: str, faults: list[Fault]) -> tuple[Grader, ...]:
    found: list[Grader] = []
    for number, one in enumerate(given):
        try:
            found.append(Grader.parse(one))
        except ValueError as error:
            faults.append(Fault(f"{path}[{number}]", one, str(error)))
    return tuple(found)


def _unknown(key: str, rules: "dict[str, _Rule]") -> str:
    near = get_close_matches(key, rules, n=1)
    known = ", ".join(rules)
    return f"removed: there is no such option ({f'meant {near[0]}? ' if near else ''}{known})"


@dataclass(frozen=True)
class _Rule:
    accepts: Callable[[Any], bool]
    wanted: str


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def _or_auto(accepts: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda v: v == "auto" or accepts(v)


def _text(pattern: str) -> Callable[[Any], bool]:
    return lambda v: isinstance(v, str) and re.fullmatch(pattern, v) is not None


def _gate(value: Any) -> bool:
    try:
        Gate.parse(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True


def _positive(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 100


_KEYS = {
    "base_model": _Rule(_text(r"\S{1,200}"), "the name of a base or tuned model"),
    "suffix": _Rule(
        _text(rf"[A-Za-z0-9_-]{{1,{SUFFIX_LIMIT}}}"),
        f"1 to {SUFFIX_LIMIT} letters, digits, hyphens and underscores",
    ),
    "seed": _Rule(_whole(0, 2**31 - 1), "a whole number from 0 to 2147483647"),
    "training_type": _Rule(
        lambda v: v in TRAINING_TYPES,
        "Standard, DataZoneStandard, GlobalStandard or Developer",
    ),
    "hyperparameters": _Rule(lambda v: isinstance(v, dict), "an object"),
    "use_system_message": _Rule(lambda v: isinstance(v, bool), "true or false"),
    "examples": _Rule(lambda _: True, "a list"),  # its faults have places of their own
    "grader": _Rule(lambda v: isinstance(v, dict), "an object"),
    "checkpoint": _Rule(lambda v: v in ("last", "best"), "last or best"),
    "evaluation": _Rule(lambda v: isinstance(v, dict), "an object"),
}
_EVALUATION = {
    "gate": _Rule(_gate, GATE_EXPECTED),
    "graders": _Rule(lambda _: False, "a list with at least one grader"),
}
_HYPERPARAMETERS = {
    "n_epochs": _Rule(_or_auto(_whole(1, 50)), '"auto" or a whole number from 1 to 50'),
    "batch_size": _Rule(_or_auto(_whole(1, 256)), '"auto" or a whole number from 1 to 256'),
    "learning_rate_multiplier": _Rule(
        _or_auto(_positive), '"auto" or a number above 0, at most 100'
    ),
}
