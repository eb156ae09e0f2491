"""Base and tuned model side by side: what they are asked, how answers are graded, what it means."""

from shared.evaluation.comparison import Comparison, Pair
from shared.evaluation.gate import Gate
from shared.evaluation.graders import Grader
from shared.evaluation.prompts import Prompt, Question, questions_from

__all__ = [
    "Comparison",
    "Gate",
    "Grader",
    "Pair",
    "Prompt",
    "Question",
    "questions_from",
]
