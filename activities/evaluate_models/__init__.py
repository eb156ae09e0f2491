"""Evaluate: base and tuned model answer the same prompts, side by side, and are graded."""

import json
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic
from typing import Any, Literal

from activities._runner import step
from activities.evaluate_models.base import prepare_base
from activities.evaluate_models.grading import grade_pair
from shared.billing.usage.own import record_own_chat
from shared.clients import storage
from shared.clients.completions import complete
from shared.deployments.base import delete_base
from shared.errors import ServiceError
from shared.evaluation import Comparison, Gate, Grader, Prompt, Question, questions_from
from shared.evaluation.comparison import SIDES
from shared.evaluation.graders import JUDGE, default_graders
from shared.evaluation.judge import instruction
from shared.evaluation.prompts import tools_from
from shared.evaluation.summary import summarise, without_base
from shared.models import has_dated_chat
from shared.prompts import few_shot
from shared.prompts.assembly import Message, assemble
from shared.registry import Run, registry
from shared.registry.parts import Summary
from shared.registry.state import Phase
from shared.runs.companions import note_changes, pinned_options, pinned_questions
from shared.runs.orchestration import Outcome
from shared.settings import settings

_VERDICTS: dict[bool | None, Literal["passed", "failed"] | None] = {
    True: "passed",
    False: "failed",
    None: None,
}
SLICE = 600.0  # seconds of one call; `functionTimeout` of host.json is three times that


@step(Phase.EVALUATING)
def evaluate_models(run: Run) -> Outcome:
    """Done when every prompt has both answers with their scores, and the row has the verdict.

    What was answered is written after each prompt, so that a rate limit or a crash in the middle
    costs no prompt twice. Many prompts take several calls: the host ends one that takes too long.
    """
    comparison = _load(run) or _begin(run)
    if isinstance(comparison, Outcome):
        return comparison
    number = len(comparison.pairs)
    until = monotonic() + SLICE
    for index, pair in enumerate(comparison.pairs):
        if pair.is_answered and pair.is_graded:
            continue
        if monotonic() >= until:
            return Outcome.wait("evaluating", f"{index} of {number} prompts are compared.")
        comparison = _compare(comparison, run, index)
    comparison = _conclude(comparison, run)
    _write(comparison)
    registry().change(run.id, lambda row: _with_verdict(row, comparison))
    delete_base(run.id)
    if comparison.obstacle:
        return Outcome.done(comparison.obstacle)
    return Outcome.done(f"{number} prompts from {comparison.source}.")


def _compare(comparison: Comparison, run: Run, index: int) -> Comparison:
    """The comparison with both answers to one prompt and their scores, as far as it got."""
    graders = [Grader.parse(one) for one in comparison.graders]
    judge = str((comparison.judge or {}).get("deployment", ""))
    try:
        for side in SIDES:
            comparison = _add_answer(comparison, index, side, run.training.base_model)
        pair = grade_pair(comparison.pairs[index], comparison.run, index, graders, judge)
        comparison = comparison.with_pair(index, pair)
    finally:
        _write(comparison)
    return comparison


def _load(run: Run) -> Comparison | None:
    data = storage.reports().read(f"{run.id}/evaluation.json")
    if data is None:
        return None
    comparison = Comparison.from_report(json.loads(data))
    began = (comparison.tuned, comparison.model)
    opening = (comparison.system_message, comparison.examples)
    same = began == (run.deployment.name, run.served_model) and opening == _opening(run)
    # A base that was missing may be there by now.
    return comparison if same and not comparison.obstacle else None


def _begin(run: Run) -> Comparison | Outcome:
    base = prepare_base(run)
    if isinstance(base, Outcome):
        return base
    note_changes(run)
    source, questions = _questions(run)
    system, examples = _opening(run)
    tools = _tools(run) if questions else ()
    asked = [
        replace(one, messages=assemble(one.messages, system), tools=one.tools or tools)
        for one in questions
    ]
    if base.reason:
        return replace(
            Comparison(run.id, "", run.deployment.name, source),
            model=run.served_model,
            obstacle=base.reason,
        )
    graders = _graders(run, source, asked)
    return replace(
        Comparison.of(run.id, base.name, run.deployment.name, source, asked),
        model=run.served_model,
        system_message=system,
        examples=examples,
        graders=tuple(one.to_dict() for one in graders),
        judge=_judge(graders, base.name),
        checkpoint=run.training.checkpoint_reason,
    )


def _graders(run: Run, source: str, questions: list[Question]) -> tuple[Grader, ...]:
    """Those of the dataset, else of the setting, else what the questions can be graded by.

    Nothing is graded by the training's own answers unless somebody asked for that: to repeat them
    is what the tuned model was trained for.
    """
    wanted = pinned_options(run).graders or tuple(map(Grader, settings().eval_graders or ()))
    if wanted or source == run.dataset.blob:
        return wanted
    return default_graders(questions)


def _opening(run: Run) -> tuple[str, tuple[Message, ...]]:
    """The system message and the examples that chat would put first."""
    model = registry().model(run.model)
    if model is not None and model.raw:
        return "", ()
    return run.chat.system_message, few_shot.messages(run.chat.few_shot)


def _judge(graders: tuple[Grader, ...], base: str) -> dict[str, Any] | None:
    """Who judges, and by what words; None if nobody does."""
    found = next((one.options for one in graders if one.type == JUDGE), None)
    if found is None:
        return None
    deployment = found.get("deployment") or settings().eval_judge or base
    return {"deployment": deployment, "prompt": instruction(found.get("prompt", ""))}


def _questions(run: Run) -> tuple[str, list[Question]]:
    """The prompts and the blob that they come from: eval file, validation file, training file."""
    pinned = pinned_questions(run)
    if pinned is not None:
        return pinned
    blob = run.dataset.blob
    if not storage.datasets().exists(blob):
        return blob, []
    chunks = storage.datasets().chunks(blob, run.dataset.etag)
    return blob, questions_from(chunks, settings().eval_prompts)


def _tools(run: Run) -> tuple[dict[str, Any], ...]:
    """What the model was trained to call: callers send it with each prompt, so both get it."""
    try:
        return tools_from(storage.datasets().chunks(run.dataset.blob, run.dataset.etag))
    except ServiceError as error:
        if error.retryable:
            raise
        return ()  # the dataset was replaced or deleted; prompts of an eval file are still good


def _add_answer(comparison: Comparison, index: int, side: str, base_model: str) -> Comparison:
    pair = comparison.pairs[index]
    if getattr(pair, side) is not None:
        return comparison
    deployment, prompt = getattr(comparison, side), comparison.messages_for(pair)
    answer = _answer(deployment, prompt, pair.tools, base_model, is_base=side == "base")
    return comparison.with_pair(index, pair.with_answer(side, answer))


def _answer(
    deployment: str,
    prompt: Prompt,
    tools: Sequence[dict[str, Any]],
    base_model: str,
    *,
    is_base: bool,
) -> dict[str, Any]:
    try:
        answer = complete(deployment, prompt, tools=tools, dated=has_dated_chat(base_model))
    except ServiceError as error:
        if error.retryable:
            raise
        return {"error": {"code": error.code, "message": str(error)}}
    record_own_chat(answer, base_model if is_base else "")
    if not answer.text and not answer.calls:
        # Such as a reasoning model that thought until the last token, or a content filter.
        reason = answer.finish_reason or "unknown"
        message = f"Deployment {deployment} gave no text (finish reason {reason})."
        return {"error": {"code": "no_text", "message": message}}
    calls = {"calls": list(answer.calls)} if answer.calls else {}
    return {
        "text": answer.text,
        **calls,
        "seconds": round(answer.seconds, 3),
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
    }


def _conclude(comparison: Comparison, run: Run) -> Comparison:
    seen = comparison.source == run.dataset.blob
    found = (
        without_base(comparison.obstacle)
        if comparison.obstacle
        else summarise(comparison.pairs, seen_in_training=seen)
    )
    summary = found.to_dict()
    gate = Gate.parse(run.evaluation.gate) if run.evaluation.gate else None
    verdict = None
    if gate is not None:
        passed, text = gate.verdict(summary)
        verdict = {"rule": str(gate), "passed": passed, "text": text}
    return replace(comparison, summary=summary, gate=verdict)


def _with_verdict(row: Run, comparison: Comparison) -> Run:
    gate = comparison.gate or {}
    return row.with_evaluation(
        summary=Summary.from_dict(comparison.summary),
        verdict=_VERDICTS[gate.get("passed")],
        reason=gate.get("text", ""),
    )


def _write(comparison: Comparison) -> None:
    text = json.dumps(comparison.to_dict(), ensure_ascii=False, indent=1).encode()
    storage.reports().write(f"{comparison.run}/evaluation.json", text, "application/json")
