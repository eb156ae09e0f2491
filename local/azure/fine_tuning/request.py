"""The body of a job's creation, checked."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.azure.errors import invalid
from local.azure.models.catalogue import CATALOGUE, BaseModel
from local.azure.models.errors import model_without_fine_tuning

from .graders import check_grader

METHODS = ("supervised", "dpo", "reinforcement")
# as jobs are asked for (in any case) and as they say it
TRAINING_TYPES = {
    "standard": "standard",
    "globalstandard": "globalStandard",
    "datazonestandard": "dataZoneStandard",
    "developer": "developerTier",
    "developertier": "developerTier",
}
# The sources disagree (18, 40, 64); real suffixes of 34 characters exist.
SUFFIX = re.compile(r"[A-Za-z0-9_-]{1,64}")
# what a hyperparameter may be; -1 is the service's word for "not set"
LIMITS: dict[str, tuple[float, float]] = {
    "n_epochs": (-1, 50),
    "batch_size": (-1, 256),
    "learning_rate_multiplier": (0, 10),
    "beta": (0, 2),
    "l2_multiplier": (0, 10),
    "eval_interval": (-1, 2**31),
    "eval_samples": (-1, 2**31),
    "compute_multiplier": (-1, 10),
}
WHOLE = {"n_epochs", "batch_size", "eval_interval", "eval_samples"}
EFFORTS = ("default", "low", "medium", "high")
MAX_SEED = 2**31 - 1


@dataclass(frozen=True)
class JobRequest:
    """A checked request for a job."""

    model: str
    root: str
    training_file: str
    validation_file: str | None
    suffix: str | None
    seed: int
    method: str
    method_given: dict[str, Any] | None
    hyperparameters: dict[str, Any]
    training_type: str | None
    metadata: dict[str, str] | None
    integrations: list[dict[str, Any]] | None


def read_job_request(
    body: dict[str, Any],
    root_of: Callable[[str], str | None],
    *,
    location: str,
    training_type_required: bool,
) -> JobRequest:
    """Checks a body; `root_of` gives the base model of a tuned one, `location` is the region.

    Raises:
        ServiceError: 400 that names the field.
    """
    model = _text(body, "model")
    root = root_of(model)
    method, given = _method(body.get("method"))
    base = _find_base(root, method)
    training_type = _training_type(body.get("trainingType"), required=training_type_required)
    if training_type and training_type.lower() not in base.training_types(location):
        # Said too when the type is not offered for the model in this region.
        raise model_without_fine_tuning()
    validation_file = _text(body, "validation_file", optional=True)
    if method == "reinforcement" and not validation_file:
        raise invalid("Reinforcement fine-tuning requires a validation file.", "validation_file")
    return JobRequest(
        model=model,
        root=base.id,
        training_file=_text(body, "training_file"),
        validation_file=validation_file or None,
        suffix=_suffix(body.get("suffix")),
        seed=_seed(body.get("seed")),
        method=method,
        method_given=given,
        hyperparameters=_hyperparameters(body, method, given, base),
        training_type=training_type,
        metadata=_metadata(body.get("metadata")),
        integrations=_integrations(body.get("integrations")),
    )


def _text(body: dict[str, Any], name: str, *, optional: bool = False) -> str:
    value = body.get(name)
    if value is None and optional:
        return ""
    if not isinstance(value, str) or not value:
        raise invalid(f"'{name}' must be a string, not {value!r}", name)
    return value


def _find_base(root: str | None, method: str) -> BaseModel:
    base = CATALOGUE.get(root or "")
    if base is None or method not in base.methods:
        raise model_without_fine_tuning()
    return base


def _method(value: Any) -> tuple[str, dict[str, Any] | None]:
    if value is None:
        return "supervised", None
    if not isinstance(value, dict) or value.get("type") not in METHODS:
        raise invalid(f"'method.type' must be one of {', '.join(METHODS)}", "method")
    kind: str = value["type"]
    if not isinstance(value.get(kind), dict | None):
        raise invalid(f"'method.{kind}' must be an object", f"method.{kind}")
    if kind == "reinforcement":
        check_grader(_inner(value, kind).get("grader"), "method.reinforcement.grader")
    return kind, value


def _inner(method: dict[str, Any], kind: str) -> dict[str, Any]:
    inner = method.get(kind)
    return inner if isinstance(inner, dict) else {}


def _training_type(value: Any, *, required: bool) -> str | None:
    if value is None:
        if required:
            raise model_without_fine_tuning()
        return None
    name = TRAINING_TYPES.get(str(value).lower())
    if name is None:
        raise invalid(f"trainingType {value!r} is not supported", "trainingType")
    return name


def _suffix(value: Any) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str) or not SUFFIX.fullmatch(value):
        raise invalid(f"suffix {value!r}: use up to 64 of a-z, A-Z, 0-9, - and _", "suffix")
    return value


def _seed(value: Any) -> int:
    if value is None:
        return secrets.randbelow(MAX_SEED)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_SEED:
        raise invalid(f"seed {value!r} must be an integer from 0 to {MAX_SEED}", "seed")
    return value


def _metadata(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    good = isinstance(value, dict) and len(value) <= 16
    if not good or not all(
        _is_short(key, 64) and _is_short(text, 512) for key, text in value.items()
    ):
        raise invalid(
            "metadata: up to 16 pairs, keys of 64 and values of 512 characters", "metadata"
        )
    return dict(value)


def _integrations(value: Any) -> list[dict[str, Any]] | None:
    if value is None:
        return None
    if not isinstance(value, list) or not all(_is_wandb(one) for one in value):
        message = "integrations: a list of {type: wandb, wandb: {project}}"
        raise invalid(message, "integrations")
    return list(value)


def _is_wandb(value: Any) -> bool:
    wandb = value.get("wandb") if isinstance(value, dict) and value.get("type") == "wandb" else None
    return isinstance(wandb, dict) and isinstance(wandb.get("project"), str)


def _is_short(value: Any, limit: int) -> bool:
    return isinstance(value, str) and len(value) <= limit


def _hyperparameters(
    body: dict[str, Any], method: str, given: dict[str, Any] | None, base: BaseModel
) -> dict[str, Any]:
    wanted = body.get("hyperparameters") or _inner(given or {}, method).get("hyperparameters") or {}
    if not isinstance(wanted, dict):
        raise invalid("'hyperparameters' must be an object", "hyperparameters")
    # What is not set comes back as -1; the learning rate shows its default.
    result = {"n_epochs": -1, "batch_size": -1, "learning_rate_multiplier": base.learning_rate}
    for name, value in wanted.items():
        if value is not None and value != "auto":
            result[name] = _number(name, value)
    return result


def _number(name: str, value: Any) -> Any:
    if name == "reasoning_effort" and value not in EFFORTS:
        raise invalid(f"{name} {value!r} must be one of {', '.join(EFFORTS)}", name)
    if name not in LIMITS:
        return value
    lowest, highest = LIMITS[name]
    whole = name not in WHOLE or isinstance(value, int)
    number = isinstance(value, int | float) and not isinstance(value, bool) and whole
    if not number or not lowest <= value <= highest or (value == 0 and name in WHOLE):
        raise invalid(f"{name} {value!r} must be from {lowest} to {highest}", name)
    return value
