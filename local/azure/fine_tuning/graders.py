"""Graders of reinforcement training: whether one is complete. None is ever run here.

The v1 description leaves the python grader out of its unions; the documentation has it.
"""

from typing import Any

from local.azure.errors import invalid

CHECKS = {"eq", "ne", "like", "ilike"}
SIMILARITIES = {"fuzzy_match", "bleu", "gleu", "meteor", "rouge_l"} | {
    f"rouge_{number}" for number in range(1, 6)
}
TEXTS = {"name", "reference", "model", "source", "calculate_output"}
MAX_SOURCE = 256 * 1024
# type -> what it needs, with the values that are possible where the documentation lists them
NEEDS: dict[str, dict[str, set[str] | None]] = {
    "string_check": {"name": None, "input": None, "reference": None, "operation": CHECKS},
    "text_similarity": {
        "name": None,
        "input": None,
        "reference": None,
        "evaluation_metric": SIMILARITIES,
    },
    "score_model": {"name": None, "input": None, "model": None},
    "python": {"source": None},
    "multi": {"graders": None, "calculate_output": None},
}


def check_grader(grader: Any, param: str = "grader") -> None:
    """Refuses a grader that the service could not use.

    Raises:
        ServiceError: 400 that names the part.
    """
    kind = grader.get("type") if isinstance(grader, dict) else None
    if not isinstance(kind, str) or kind not in NEEDS:
        raise invalid(f"The grader type {kind!r} is not one of {', '.join(NEEDS)}.", param)
    for name, possible in NEEDS[kind].items():
        value = grader.get(name)
        if not value:
            raise invalid(f"The {kind} grader lacks '{name}'.", f"{param}.{name}")
        if name in TEXTS and not isinstance(value, str):
            raise invalid(f"{name} {value!r} must be a string.", f"{param}.{name}")
        if possible and str(value) not in possible:
            raise invalid(f"{name} {value!r} is not one of {sorted(possible)}.", f"{param}.{name}")
    if kind == "python" and len(str(grader["source"]).encode()) > MAX_SOURCE:
        raise invalid(f"The source is longer than {MAX_SOURCE} bytes.", f"{param}.source")
    if kind == "multi":
        _check_parts(grader["graders"], param)


def _check_parts(graders: Any, param: str) -> None:
    if not isinstance(graders, dict):
        raise invalid("'graders' must be an object of graders.", f"{param}.graders")
    for name, part in graders.items():
        check_grader(part, f"{param}.graders.{name}")
