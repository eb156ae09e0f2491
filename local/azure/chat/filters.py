"""Content filter results: harmless, unless the text holds a phrase that asks for the opposite."""

from typing import Any

FILTER_PROMPT = "emulator:filter-prompt"
FILTER_ANSWER = "emulator:filter-answer"
HARMS = ("hate", "self_harm", "sexual", "violence")


def prompt_results(*, stopped: bool = False) -> dict[str, Any]:
    """What the filter found in a prompt."""
    return _harms(stopped=stopped) | {"jailbreak": {"filtered": False, "detected": False}}


def answer_results(*, stopped: bool = False) -> dict[str, Any]:
    """What the filter found in an answer."""
    protected = {"filtered": False, "detected": False}
    names = ("protected_material_text", "protected_material_code")
    return _harms(stopped=stopped) | dict.fromkeys(names, protected)


def _harms(*, stopped: bool) -> dict[str, Any]:
    results = {name: {"filtered": False, "severity": "safe"} for name in HARMS}
    if stopped:
        results["violence"] = {"filtered": True, "severity": "medium"}
    return results
