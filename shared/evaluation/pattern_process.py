"""Matches patterns and schemas of datasets in a process of its own, with a time limit.

A regular expression can take exponential time, and Python holds the interpreter's lock meanwhile:
in the worker's own process it would stop every chat.
"""

import json
import os
import re
import subprocess
import sys
from typing import Any

SECONDS = 10.0


def match_answers(kind: str, rule: object, answers: list[str]) -> list[bool | None]:
    """Whether each answer fits a rule; None for all if that takes longer than `SECONDS`.

    Args:
        kind: `regex` or `json_schema`.
        rule: The pattern, which is searched for, or the schema, for an answer that is JSON.
        answers: Texts.
    """
    request = json.dumps({"kind": kind, "rule": rule, "answers": answers})
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "shared.evaluation.pattern_process"],
            input=request.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env=environment,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return [None] * len(answers)
    found: list[bool | None] = json.loads(done.stdout)
    return found


def matches(kind: str, rule: Any, answer: str) -> bool:
    """Whether one answer matches, without a time limit; references are never fetched."""
    if kind == "regex":
        return re.search(rule, answer) is not None
    from jsonschema_rs import Draft202012Validator

    try:
        value = json.loads(answer)
    except (ValueError, RecursionError):
        return False
    return Draft202012Validator(rule, offline=True).is_valid(value)


if __name__ == "__main__":
    request = json.load(sys.stdin)
    result = [matches(request["kind"], request["rule"], answer) for answer in request["answers"]]
    sys.stdout.write(json.dumps(result))
