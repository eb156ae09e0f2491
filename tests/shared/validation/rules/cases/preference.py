"""Rows for DPO."""

from tests.shared.validation.rows import Row, preference, say
from tests.shared.validation.rules import GOOD, Case


def fault(rule: str, path: str, bad: Row) -> Case:
    """A row with one fault; each has the same good twin."""
    return Case(rule, path, bad, preference(), method="dpo")


CASES = [
    fault("dpo-fields", "$.preferred_output", {**preference(), "preferred_output": "4"}),
    fault("dpo-fields", "$.input", {k: v for k, v in preference().items() if k != "input"}),
    fault(
        "dpo-fields",
        "$.non_preferred_output",
        {
            "input": preference()["input"],
            "preferred_completion": [],
            "preferred_output": [say("assistant", "4")],
            "non_preferred_completion": [],
        },
    ),
    fault(
        "dpo-roles",
        "$.preferred_output[0].role",
        preference(preferred_output=[say("user", "4"), say("assistant", "4")]),
    ),
    fault("dpo-roles", "$.preferred_output", preference(preferred_output=[])),
    fault(
        "dpo-roles",
        "$.non_preferred_output[0].role",
        preference(non_preferred_output=[say("system", "s"), say("assistant", "4")]),
    ),
    fault("dpo-input", "$.input.messages", preference(input={"messages": {}})),
    fault(
        "dpo-input", "$.input.messages[1].role", preference(input={"messages": GOOD["messages"]})
    ),
    fault(
        "dpo-content",
        "$.preferred_output[0].content",
        preference(preferred_output=[say("assistant", " ")]),
    ),
    fault(
        "dpo-different",
        "$.non_preferred_output",
        preference(non_preferred_output=[say("assistant", "1,  of course.")]),
    ),
]
