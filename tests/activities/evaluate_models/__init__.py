"""The comparison of base and tuned model, on the same prompts."""

from typing import Any

from shared.runs.orchestration import RunRef
from tests.activities.conftest import report_of
from tests.services import Emulator

CHAT = {"method": "POST", "path": "*/chat/completions"}


def report(ref: RunRef) -> dict[str, Any]:
    """The report of a comparison."""
    return report_of(ref, "evaluation")


def chats(emulator: Emulator) -> int:
    """How many chats were answered."""
    counts = emulator.look("requests")["counts"]
    return sum(one["effects"] for kind, one in counts.items() if "chat/completions" in kind)
