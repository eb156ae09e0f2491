"""What was used: chats by minute, deployment, status and kind of answer."""

from dataclasses import dataclass

from local.azure.clock import Clock
from local.azure.database import Database

SCHEMA = """
CREATE TABLE IF NOT EXISTS chats (
    minute INTEGER NOT NULL, deployment TEXT NOT NULL, model TEXT NOT NULL, version TEXT NOT NULL,
    status TEXT NOT NULL, stream TEXT NOT NULL, requests INTEGER NOT NULL,
    prompt_tokens INTEGER NOT NULL, answer_tokens INTEGER NOT NULL,
    PRIMARY KEY (minute, deployment, model, version, status, stream)
);
"""
MINUTE = 60


@dataclass(frozen=True)
class Chat:
    """One chat as Monitor counts it; refused ones have no tokens."""

    deployment: str
    model: str
    version: str
    status: int
    stream: bool
    prompt_tokens: int = 0
    answer_tokens: int = 0


@dataclass(frozen=True)
class Count:
    """The chats of one minute with the same values in all of Monitor's dimensions."""

    minute: int
    deployment: str
    model: str
    version: str
    status: str
    stream: str
    requests: int
    prompt_tokens: int
    answer_tokens: int


class Usage:
    """Counts chats and finds the counts again."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        database.define(SCHEMA)

    def count(self, chat: Chat) -> None:
        """Adds one chat to the present minute."""
        self._database.change(
            "INSERT INTO chats VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?)"
            " ON CONFLICT DO UPDATE SET requests = requests + 1,"
            " prompt_tokens = prompt_tokens + excluded.prompt_tokens,"
            " answer_tokens = answer_tokens + excluded.answer_tokens",
            int(self._clock.now()) // MINUTE * MINUTE,
            chat.deployment,
            chat.model,
            chat.version,
            str(chat.status),
            "Streaming" if chat.stream else "Non-Streaming",
            chat.prompt_tokens,
            chat.answer_tokens,
        )

    def last_chat(self, deployment: str) -> float:
        """The minute of the last chat that was answered, in seconds since 1970; 0 = never."""
        sql = "SELECT MAX(minute) FROM chats WHERE deployment = ? AND status = '200'"
        return float(self._database.number(sql, deployment))

    def between(self, begin: float, end: float) -> list[Count]:
        """The counts of all minutes that began in the time from `begin` (included) to `end`."""
        sql = "SELECT * FROM chats WHERE minute >= ? AND minute < ? ORDER BY minute"
        return [Count(*row) for row in self._database.rows(sql, begin, end)]
