"""Evaluate: base and tuned model answer the same prompts, side by side."""

import json
from typing import Any

from activities.step import step
from shared import datasets
from shared.clients import storage
from shared.clients.completions import complete
from shared.errors import ServiceError
from shared.evaluation import Comparison, Prompt, prompts_from
from shared.evaluation.prompts import with_system
from shared.pipeline import Outcome, Phase
from shared.registry import Version
from shared.settings import settings


@step(Phase.EVALUATING)
def evaluate_models(version: Version) -> Outcome:
    """Done when every prompt has both answers, or the reason why a model gave none.

    What was answered is written after each prompt, so that a rate limit or a crash in the middle
    costs no answer twice.
    """
    comparison = _begun(version) or _begin(version)
    try:
        for index, pair in enumerate(comparison.pairs):
            prompt = list(pair.messages)
            if pair.base is None:
                base = _answer(comparison.base, prompt)
                comparison = comparison.answered(index, base=base)
            if pair.tuned is None:
                tuned = _answer(comparison.tuned, prompt)
                comparison = comparison.answered(index, tuned=tuned)
    finally:
        _write(comparison)
    return Outcome.done(f"{len(comparison.pairs)} prompts from {comparison.source}.")


def _begun(version: Version) -> Comparison | None:
    data = storage.reports().read(f"{version.run}/evaluation.json")
    if data is None:
        return None
    comparison = Comparison.from_report(json.loads(data))
    return comparison if comparison.tuned == version.deployment else None


def _begin(version: Version) -> Comparison:
    source, prompts = _prompts(version)
    prompts = [with_system(prompt, version.system_message) for prompt in prompts]
    base = settings().base_deployment
    return Comparison.of(version.run, base, version.deployment, source, prompts)


def _prompts(version: Version) -> tuple[str, list[Prompt]]:
    """The prompts and the blob that they come from: eval file, validation file, training file."""
    name = datasets.parse(version.dataset)
    blobs = [name.companion(end) for end in (".eval.jsonl", ".validation.jsonl")] if name else []
    for blob, etag in [(one, None) for one in blobs] + [(version.dataset, version.etag)]:
        if storage.datasets().exists(blob):
            prompts = prompts_from(storage.datasets().chunks(blob, etag), settings().eval_prompts)
            if prompts:
                return blob, prompts
    return version.dataset, []


def _answer(deployment: str, prompt: Prompt) -> dict[str, Any]:
    try:
        answer = complete(deployment, prompt)
    except ServiceError as error:
        if error.retryable:
            raise
        return {"error": {"code": error.code, "message": str(error)}}
    return {
        "text": answer.text,
        "seconds": round(answer.seconds, 3),
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
    }


def _write(comparison: Comparison) -> None:
    text = json.dumps(comparison.to_dict(), ensure_ascii=False, indent=1).encode()
    storage.reports().write(f"{comparison.run}/evaluation.json", text, "application/json")
