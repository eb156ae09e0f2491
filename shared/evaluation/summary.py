"""The summary of a comparison: wins, win rate with its interval, means, and a sentence."""

import math
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from shared.evaluation.comparison import Pair
from shared.plurals import pluralize
from shared.registry.records import Summary

Z = 1.959964  # of the 95 % interval
SAME = 1e-9  # scores that differ by less are equal


def summarise(pairs: Sequence[Pair], *, seen_in_training: bool = False) -> Summary:
    """The figures of answered and graded prompts.

    Args:
        pairs: The prompts with their answers.
        seen_in_training: Whether the tuned model was trained on these very prompts.
    """
    scores = [pair.scores for pair in pairs]
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
    rounded = {name: round(value, 4) for name, value in figures.items()}
    return Summary(
        prompts=len(pairs),
        graded=len(graded),
        base=_totals([pair.base for pair in pairs]),
        tuned=_totals([pair.tuned for pair in pairs]),
        text=_text(rounded, len(pairs), len(graded), seen_in_training=seen_in_training),
        **rounded,
    )


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


def _text(figures: dict[str, Any], prompts: int, graded: int, *, seen_in_training: bool) -> str:
    if not prompts:
        return "There was nothing to compare: no prompts were found. Add an eval file."
    if not graded:
        return (
            f"Both models answered {pluralize(prompts, 'prompt')}, but no grader could "
            "compare the answers. Add expected answers to the eval file, or another grader."
        )
    rate, low, high = (figures[f"win_rate{end}"] for end in ("", "_low", "_high"))
    means = "The difference is not statistically significant."
    if low > 0.5:
        means = "The tuned model is significantly better than the base model."
    elif high < 0.5:
        means = "The tuned model is significantly worse than the base model."
    caution = (
        " It was trained on these prompts, so it has an advantage." if seen_in_training else ""
    )
    return (
        f"Of {pluralize(graded, 'prompt')} the tuned model answered {figures['wins']} better and "
        f"{figures['losses']} worse than the base model, {figures['ties']} equally well: "
        f"a win rate of {rate:.0%} (95 % interval {low:.0%} to {high:.0%}). {means}{caution}"
    )
