"""How a tuned model is compared with its base model before it is promoted."""

from dataclasses import dataclass

from shared.settings.readers import gate, graders, non_empty, positive
from shared.settings.setting import setting


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How a tuned model is compared with its base model before it is promoted."""

    eval_prompts: int = setting(
        "EVAL_PROMPTS", positive, 5, "How many prompts both the base and the tuned model answer."
    )
    eval_graders: tuple[str, ...] | None = setting(
        "EVAL_GRADERS",
        graders,
        None,
        "How answers are graded: `exact`, `contains` or `similarity` compare them with the "
        "expected answer, `tool_call` compares calls of tools, `judge` asks a model. "
        "`<name>.tune.json` overrides it for one dataset. Unset: `similarity` and `tool_call` "
        "where the eval or validation file has expected answers, else nothing.",
        "similarity,judge",
    )
    eval_judge: str | None = setting(
        "EVAL_JUDGE",
        non_empty,
        None,
        "The deployment that the grader `judge` asks. Unset: the base model of the "
        "comparison, which may prefer its own answers.",
        "gpt-4.1",
    )
    eval_gate: str = setting(
        "EVAL_GATE",
        gate,
        "off",
        "The result that the comparison must reach before a version is promoted. "
        "`<name>.tune.json` overrides it for one dataset. `off`: every version is promoted.",
        "win_rate>=0.5",
    )
