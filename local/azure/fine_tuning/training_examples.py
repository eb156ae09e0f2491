"""What a tuned model learned: a copy of its training examples, kept with the job.

The training file may be deleted while the model still exists, so the examples that chat answers
from are copied when the job is created, evenly spread where there are very many.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from local.azure.database import Database
from local.azure.files.dataset import rows
from local.azure.files.examples import conversation, text_of

MAX_TRAINING_EXAMPLES = 2000
SCHEMA = """
CREATE TABLE IF NOT EXISTS training_examples (
    job TEXT NOT NULL, system TEXT NOT NULL, prompt TEXT NOT NULL, answer TEXT NOT NULL,
    call TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS training_examples_by_job ON training_examples (job);
"""


@dataclass(frozen=True)
class TrainingExample:
    """One training example, flattened: system message, last user turn, last answer.

    `call` is the tool call that comes right after the last user turn, as JSON with `name` and
    `arguments`; empty if that is answered in words.
    """

    system: str
    prompt: str
    answer: str
    call: str = ""


def read_training_examples(path: Path, examples: int) -> list[TrainingExample]:
    """Up to `MAX_TRAINING_EXAMPLES` examples of a file that has `examples` of them."""
    stride = max(1, -(-examples // MAX_TRAINING_EXAMPLES))
    return [_training_example(conversation(row)) for row in rows(path, stride)]


class TrainingExamples:
    """The examples of all jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.define(SCHEMA)

    def add(self, job: str, examples: list[TrainingExample]) -> None:
        """Keeps the examples of a job."""
        for example in examples:
            self._database.insert("training_examples", job=job, **vars(example))

    def of(self, job: str) -> list[TrainingExample]:
        """The examples of a job, in the order of the file."""
        columns = "system, prompt, answer, call"
        sql = f"SELECT {columns} FROM training_examples WHERE job = ? ORDER BY rowid"  # noqa: S608
        return [TrainingExample(*row) for row in self._database.rows(sql, job)]


def _storable(content: object) -> str:
    # Half a surrogate pair is allowed in JSON, but cannot be stored.
    return text_of(content).encode("utf-8", "replace").decode()


def _training_example(messages: list[dict[str, object]]) -> TrainingExample:
    last = {str(message.get("role")): _storable(message.get("content")) for message in messages}
    return TrainingExample(
        last.get("system", "") or last.get("developer", ""),
        last.get("user", ""),
        last.get("assistant", ""),
        _call(messages),
    )


def _call(messages: list[dict[str, object]]) -> str:
    """The first call of the turn after the last user turn, as JSON; empty if it has none."""
    after: dict[str, object] = {}
    for message in reversed(messages):
        if message.get("role") == "user":
            break
        after = message
    calls = after.get("tool_calls")
    first = calls[0] if isinstance(calls, list) and calls else None
    function = first.get("function") if isinstance(first, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        return ""
    return json.dumps({name: str(function.get(name) or "") for name in ("name", "arguments")})
