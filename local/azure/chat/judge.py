"""A model that is asked to judge two answers: it compares words, and says so in JSON."""

import json
import re

from .nearest import words
from .request import ChatRequest

_PARTS = re.compile(
    r"^# Request\n(?P<request>.*?)(?:^# Expected answer\n(?P<expected>.*?))?"
    r"^# Answer 1\n(?P<first>.*?)^# Answer 2\n(?P<second>.*)\Z",
    re.DOTALL | re.MULTILINE,
)


def judge(request: ChatRequest) -> str | None:
    """Which of two answers is better, as JSON; None if the request does not ask for that.

    The one that shares more words with the expected answer wins, without one that with more words
    of its own, so that what merely repeats the request loses.
    """
    found = _PARTS.search(request.prompt)
    if '"winner"' not in request.system or found is None:
        return None
    wanted = set(words(found["expected"] or ""))
    asked = set(words(found["request"]))
    first, second = (
        len(given & wanted) if wanted else len(given - asked)
        for given in (set(words(found[name])) for name in ("first", "second"))
    )
    winner = "tie" if first == second else "1" if first > second else "2"
    reason = f"[emulated] words that count: {first} to {second}"
    return json.dumps({"winner": winner, "reason": reason})
