"""How a model is trained, deployed and compared."""

from dataclasses import dataclass
from pathlib import Path

from shared.settings.readers import (
    facts_file,
    gate,
    graders,
    one_of,
    positive,
    word,
)
from shared.settings.setting import REQUIRED, setting


@dataclass(frozen=True, kw_only=True)
class Making:
    """How a model is trained, deployed and compared."""

    base_model: str = setting(
        "BASE_MODEL",
        word,
        REQUIRED,
        "The model to fine-tune, with its version.",
        "gpt-4.1-mini-2025-04-14",
    )
    base_deployment: str = setting(
        "BASE_DEPLOYMENT",
        word,
        REQUIRED,
        "The deployment of the untuned model to compare with; chat calls it `base`.",
        "gpt-4.1-mini",
    )
    model_facts: Path | None = setting(
        "MODEL_FACTS",
        facts_file,
        None,
        "What is known of base models (methods, limits, prices, retirement): the path of a changed "
        "copy of `shared/models/models.toml`. Unset: that file.",
        "shared/models/models.toml",
    )
    training_type: str = setting(
        "TRAINING_TYPE",
        one_of("Standard", "GlobalStandard", "Developer"),
        "GlobalStandard",
        "Where training may run, and at what price.",
    )
    seed: int | None = setting(
        "TRAINING_SEED", positive, None, "Seed of each training; unset: the service picks.", "42"
    )
    deployment_sku: str = setting(
        "DEPLOYMENT_SKU",
        one_of("Standard", "GlobalStandard", "DeveloperTier"),
        "Standard",
        "The SKU of deployments of tuned models.",
    )
    deployment_capacity: int = setting(
        "DEPLOYMENT_CAPACITY", positive, 5, "Thousands of tokens per minute of a deployment."
    )
    content_filter: str | None = setting(
        "CONTENT_FILTER",
        word,
        None,
        "Name of the content filter (RAI policy) of deployments. Unset: the service's default.",
        "Microsoft.DefaultV2",
    )
    eval_prompts: int = setting(
        "EVAL_PROMPTS", positive, 5, "How many prompts base and tuned model both answer."
    )
    eval_graders: tuple[str, ...] = setting(
        "EVAL_GRADERS",
        graders,
        "similarity",
        "How answers are graded: `exact`, `contains`, `similarity` to the expected answer, or "
        "`judge`, a model's opinion. `<name>.tune.json` can say it for one dataset.",
        "similarity,judge",
    )
    eval_judge: str | None = setting(
        "EVAL_JUDGE",
        word,
        None,
        "The deployment that the grader `judge` asks. Unset: `BASE_DEPLOYMENT`, which may favour "
        "itself.",
        "gpt-4.1",
    )
    eval_gate: str = setting(
        "EVAL_GATE",
        gate,
        "off",
        "What the comparison must reach before a version is promoted. `<name>.tune.json` can say "
        "it for one dataset. `off`: every version is promoted.",
        "win_rate>=0.5",
    )
    checkpoint: str = setting(
        "CHECKPOINT",
        one_of("last", "best"),
        "last",
        "Which state of a training is deployed: the `last` one, or the `best`, with the lowest "
        "validation loss.",
    )
