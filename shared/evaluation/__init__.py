"""Base and tuned model side by side: which prompts, and the report of their answers."""

from shared.evaluation.comparison import Comparison, Pair
from shared.evaluation.prompts import Prompt, prompts_from

__all__ = ["Comparison", "Pair", "Prompt", "prompts_from"]
