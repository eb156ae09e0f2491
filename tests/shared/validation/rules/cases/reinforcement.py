"""Rows for RFT, and the grader that reads them."""

from tests.shared.validation.rows import GRADER, graded_row
from tests.shared.validation.rules import A1, GOOD, Case

RFT = {"method": "rft", "model": "o4-mini-2025-04-16"}
CASES = [
    Case(
        "rft-user-last",
        f"{A1}.role",
        {**GOOD, "answer": "4"},
        graded_row(99),
        method="rft",
        options=RFT,
    ),
    Case(
        "grader-fields",
        "$.answer",
        {"messages": graded_row(99)["messages"], "anwser": "1"},
        graded_row(99),
        method="rft",
        options={"grader": GRADER, "model": "o4-mini-2025-04-16"},
    ),
]
