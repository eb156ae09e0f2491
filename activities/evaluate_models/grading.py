"""Grade the answers to one prompt; the judge among the graders is a model that is asked."""

from dataclasses import replace
from statistics import fmean
from typing import Any

from shared.billing.usage.own import record_own_chat
from shared.clients.completions import complete
from shared.errors import ServiceError
from shared.evaluation import Grader, Pair
from shared.evaluation.comparison import SIDES
from shared.evaluation.graders import JUDGE, TOOL_CALL, grades
from shared.evaluation.judge import Opinion, opinion, order, question
from shared.evaluation.tool_calls import grade_calls, show_calls

JUDGE_TOKENS = 1500  # a reasoning model thinks within them, too


def grade_pair(pair: Pair, run: str, index: int, graders: list[Grader], judge: str) -> Pair:
    """A pair whose answers have scores; None for both where one model gave no answer.

    Args:
        pair: A prompt with both answers.
        run: The run, which with `index` decides the order that the judge sees.
        index: Of the pair in the comparison.
        graders: All that have a say; the mean of what they give is an answer's score.
        judge: The deployment of the judge model.

    Raises:
        ServiceError: if the judge model cannot be asked now, and waiting helps.
    """
    scores: dict[str, tuple[float, float]] = {}
    judged = pair.judged
    for grader in graders if pair.is_comparable else ():
        if grader.type == JUDGE:
            judged = judged or _ask_judge(pair, run, index, grader, judge)
            given = Opinion(judged["winner"], "").scores()
        else:
            given = _scores_of(pair, grader)
        if given is not None:
            scores[grader.type] = given
    base, tuned = (_with_scores(pair, scores, number) for number in range(2))
    return replace(pair, base=base, tuned=tuned, judged=judged)


def _scores_of(pair: Pair, grader: Grader) -> tuple[float, float] | None:
    if grader.type == TOOL_CALL:
        return _scores_of_calls(pair, partial=bool(grader.options.get("partial")))
    if pair.expected_calls:
        return None  # a text is not what is asked for
    base, tuned = grades(grader, [_text(pair.base), _text(pair.tuned)], pair.expected)
    return None if base is None or tuned is None else (base, tuned)


def _scores_of_calls(pair: Pair, *, partial: bool) -> tuple[float, float] | None:
    if not pair.expected_calls:
        return None
    base, tuned = (
        grade_calls((one or {}).get("calls", ()), pair.expected_calls, partial=partial)
        for one in (pair.base, pair.tuned)
    )
    return base, tuned


def _ask_judge(pair: Pair, run: str, index: int, grader: Grader, judge: str) -> dict[str, Any]:
    sides = order(run, index)
    first, second = (_shown(getattr(pair, side)) for side in sides)
    prompt = grader.options.get("prompt", "")
    expected = pair.expected or show_calls(pair.expected_calls)
    asked = question(pair.messages, expected, first, second, prompt)
    try:
        answer = complete(grader.options.get("deployment", judge), asked, max_tokens=JUDGE_TOKENS)
    except ServiceError as error:
        if error.retryable:
            raise
        return {"order": list(sides), "winner": "", "reason": str(error), "tokens": 0}
    record_own_chat(answer)
    said = opinion(answer.text, sides)
    tokens = answer.prompt_tokens + answer.completion_tokens
    return {"order": list(sides), "winner": said.winner, "reason": said.reason, "tokens": tokens}


def _with_scores(pair: Pair, scores: dict[str, tuple[float, float]], number: int) -> dict[str, Any]:
    answer = getattr(pair, SIDES[number]) or {}
    own = {name: round(both[number], 4) for name, both in scores.items()}
    return {**answer, "scores": own, "score": round(fmean(own.values()), 4) if own else None}


def _text(answer: dict[str, Any] | None) -> str:
    return str((answer or {}).get("text") or "")


def _shown(answer: dict[str, Any] | None) -> str:
    return "\n".join(filter(None, (_text(answer), show_calls((answer or {}).get("calls", ())))))
