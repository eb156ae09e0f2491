"""What a tuned model learned: a copy of its training examples, kept with the job.

The training file may be deleted while the model lives on, so the examples that chat answers from
are copied when the job is created, evenly spread where there are very many.
"""

from dataclasses import dataclass
from pathlib import Path

from local.azure.database import Database
from local.azure.files.dataset import rows
from local.azure.files.examples import conversation, text_of

MAX_LESSONS = 2000
SCHEMA = """
CREATE TABLE IF NOT EXISTS lessons (
    job TEXT NOT NULL, system TEXT NOT NULL, prompt TEXT NOT NULL, answer TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS lessons_by_job ON lessons (job);
"""


@dataclass(frozen=True)
class Lesson:
    """One training example, flattened: system message, last user turn, last answer."""

    system: str
    prompt: str
    answer: str


def read_lessons(path: Path, examples: int) -> list[Lesson]:
    """Up to `MAX_LESSONS` examples of a file that has `examples` of them."""
    stride = max(1, -(-examples // MAX_LESSONS))
    return [_lesson(conversation(row)) for row in rows(path, stride)]


class Lessons:
    """The examples of all jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.define(SCHEMA)

    def add(self, job: str, lessons: list[Lesson]) -> None:
        """Keeps the examples of a job."""
        for lesson in lessons:
            self._database.insert("lessons", job=job, **vars(lesson))

    def of(self, job: str) -> list[Lesson]:
        """The examples of a job, in the order of the file."""
        sql = "SELECT system, prompt, answer FROM lessons WHERE job = ? ORDER BY rowid"
        return [Lesson(*row) for row in self._database.rows(sql, job)]


def _storable(content: object) -> str:
    # Half a surrogate pair is allowed in JSON, but cannot be stored.
    return text_of(content).encode("utf-8", "replace").decode()


def _lesson(messages: list[dict[str, object]]) -> Lesson:
    last = {str(message.get("role")): _storable(message.get("content")) for message in messages}
    return Lesson(
        last.get("system", "") or last.get("developer", ""),
        last.get("user", ""),
        last.get("assistant", ""),
    )
