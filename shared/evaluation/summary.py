"""The summary of a comparison: wins, win rate with its interval, means, and a sentence."""

import math
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from shared.evaluation.comparison import SIDES, Pair
from shared.plurals import pluralize
from shared.registry.parts import Summary

Z = 1.959964  # of the 95 % interval
SAME = 1e-9  # scores that differ by less are equal
#: Of the prompts, as many must be answered by both models and graded. With fewer, those that are
#: left are a choice that an outage made.
LEAST_SHARE = 0.5
_SEEN = (
    "The prompts are training examples, which favours the tuned model, so nothing shows which "
    "model is better."
)
_ADD_EVAL_FILE = (
    "To get a verdict, add <name>.eval.jsonl with prompts of its own and either `expected` answers "
    "or the grader `judge`."
)


def summarise(pairs: Sequence[Pair], *, seen_in_training: bool = False) -> Summary:
    """The figures of answered and graded prompts.

    Args:
        pairs: The prompts with their answers.
        seen_in_training: Whether the tuned model was trained on these very prompts.
    """
    answered = [pair for pair in pairs if pair.is_comparable]
    scores = [pair.scores for pair in answered]
    graded = [(base, tuned) for base, tuned in scores if base is not None and tuned is not None]
    wins = sum(tuned > base + SAME for base, tuned in graded)
    losses = sum(base > tuned + SAME for base, tuned in graded)
    ties = len(graded) - wins - losses
    figures: dict[str, Any] = {"wins": wins, "ties": ties, "losses": losses}
    if graded:
        rate = (wins + ties / 2) / len(graded)
        low, high = wilson(rate, len(graded))
        base, tuned = (fmean(column) for column in zip(*graded, strict=True))
        figures |= {"win_rate": rate, "win_rate_low": low, "win_rate_high": high}
        figures |= {"base_score": base, "score": tuned, "gain": tuned - base}
    inconclusive = _inconclusive(
        pairs, len(answered), len(graded), seen_in_training=seen_in_training
    )
    rounded = {name: round(value, 4) for name, value in figures.items()}
    return Summary(
        prompts=len(pairs),
        comparable=len(answered),
        graded=len(graded),
        base=_totals([pair.base for pair in pairs]),
        tuned=_totals([pair.tuned for pair in pairs]),
        inconclusive=inconclusive,
        text=_text(rounded, pairs, len(graded), inconclusive),
        **rounded,
    )


def without_base(obstacle: str) -> Summary:
    """The summary of a comparison that could not be made, because there was no base."""
    text = f"The tuned model was not compared with its base model. {obstacle}"
    return Summary(inconclusive=text, text=text)


def wilson(rate: float, number: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share that was seen in `number` cases."""
    spread = Z * math.sqrt(rate * (1 - rate) / number + Z**2 / (4 * number**2))
    middle = rate + Z**2 / (2 * number)
    scale = 1 + Z**2 / number
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def _totals(answers: Sequence[dict[str, Any] | None]) -> dict[str, float]:
    given = [one for one in answers if one and "error" not in one]
    return {
        "answers": len(given),
        "prompt_tokens": sum(one.get("prompt_tokens", 0) for one in given),
        "completion_tokens": sum(one.get("completion_tokens", 0) for one in given),
        "seconds": round(fmean(one.get("seconds", 0.0) for one in given), 3) if given else 0.0,
    }


def _missing_answers(pairs: Sequence[Pair]) -> str:
    """Which model gave no answer to how many prompts, and what the service said first."""
    return " ".join(
        f"The {side} model gave no answer to {pluralize(len(errors), 'prompt')}: "
        f"{_error_text(errors[0])}"
        for side in SIDES
        if (errors := _errors(pairs, side))
    )


def _errors(pairs: Sequence[Pair], side: str) -> list[Any]:
    answers = [getattr(pair, side) for pair in pairs]
    return [one["error"] for one in answers if one and "error" in one]


def _error_text(error: Any) -> str:
    text = str(error.get("message") or error.get("code")) if isinstance(error, dict) else str(error)
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _inconclusive(
    pairs: Sequence[Pair], comparable: int, graded: int, *, seen_in_training: bool
) -> str:
    """Why the figures do not show which model is better; empty if they do."""
    if not pairs:
        return f"No prompts were found. {_ADD_EVAL_FILE}"
    number = pluralize(len(pairs), "prompt")
    if comparable < len(pairs) * LEAST_SHARE:
        text = f"Only {comparable} of {number} could be compared. {_missing_answers(pairs)}"
        return f"{text} Correct that and drop the dataset again."
    if seen_in_training:
        return f"{_SEEN} {_ADD_EVAL_FILE}"
    if not graded:
        return (
            f"Both models answered {pluralize(comparable, 'prompt')}, but nothing says which "
            f"answers are better. {_ADD_EVAL_FILE}"
        )
    if graded < len(pairs) * LEAST_SHARE:
        return f"Only {graded} of {number} could be graded. {_ADD_EVAL_FILE}"
    return ""


def _text(figures: dict[str, Any], pairs: Sequence[Pair], graded: int, inconclusive: str) -> str:
    if not graded:
        return inconclusive
    rate, low, high = (figures[f"win_rate{end}"] for end in ("", "_low", "_high"))
    seen = (
        f"Of {pluralize(graded, 'prompt')} the tuned model answered {figures['wins']} better and "
        f"{figures['losses']} worse than the base model, {figures['ties']} equally well: "
        f"a win rate of {rate:.0%} (95 % interval {low:.0%} to {high:.0%})."
    )
    if inconclusive:
        return f"{inconclusive} {seen}"
    means = "The difference is not statistically significant."
    if low > 0.5:
        means = "The tuned model is significantly better than the base model."
    elif high < 0.5:
        means = "The tuned model is significantly worse than the base model."
    return f"{seen} {means} {_missing_answers(pairs)}".rstrip()
