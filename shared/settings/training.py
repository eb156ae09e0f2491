"""How models are trained."""

from dataclasses import dataclass
from pathlib import Path

from shared.settings.readers import facts_file, non_empty, one_of, positive
from shared.settings.setting import REQUIRED, setting


@dataclass(frozen=True, kw_only=True)
class Training:
    """How models are trained."""

    base_model: str | None = setting(
        "BASE_MODEL",
        non_empty,
        None,
        "The base model to fine-tune, with its version. Unset: the first model of `defaults` in "
        "the model facts that the account can train and deploy; the run says which and why.",
        "gpt-4.1-mini-2025-04-14",
    )
    base_deployment: str = setting(
        "BASE_DEPLOYMENT",
        non_empty,
        REQUIRED,
        "The deployment of the base model. Models tuned from it are compared with it, and "
        "chat calls it `base`.",
        "gpt-4.1-mini",
    )
    model_facts: Path | None = setting(
        "MODEL_FACTS",
        facts_file,
        None,
        "The path of a file of facts about base models (methods, limits, prices, retirement "
        "dates) that replaces `shared/models/models.toml`. Start from a copy of that file. Unset: "
        "that file.",
        "shared/models/models.toml",
    )
    training_type: str = setting(
        "TRAINING_TYPE",
        one_of("Standard", "DataZoneStandard", "GlobalStandard", "Developer"),
        "GlobalStandard",
        "The training type. It decides in which regions training may run, and its price.",
    )
    seed: int | None = setting(
        "TRAINING_SEED",
        positive,
        None,
        "The seed of each training job. Unset: the service chooses one.",
        "42",
    )
    checkpoint: str = setting(
        "CHECKPOINT",
        one_of("last", "best"),
        "last",
        "The checkpoint to deploy: the `last` one, or the `best`, with the lowest validation loss.",
    )
