"""The comparison of base and tuned model, on the same prompts."""

import json
from typing import Any

from shared.runs.orchestration import RunRef
from tests.activities.conftest import report_of
from tests.dataset import ROWS
from tests.services import Emulator

CHAT = {"method": "POST", "path": "*/chat/completions"}

#: Prompts of their own for the model that `tests/dataset.py` trains, with what is expected.
EVAL = b"".join(
    json.dumps(
        {"prompt": f"{ROWS[i]['messages'][-2]['content']} Please!", "expected": text}
    ).encode()
    + b"\n"
    for i, text in enumerate(one["messages"][-1]["content"] for one in ROWS[:5])
)


def report(ref: RunRef) -> dict[str, Any]:
    """The report of a comparison."""
    return report_of(ref, "evaluation")


def chats(emulator: Emulator) -> int:
    """How many chats were answered."""
    counts = emulator.look("requests")["counts"]
    return sum(one["effects"] for kind, one in counts.items() if "chat/completions" in kind)
