"""Which models there are, and what stands behind a name."""

from dataclasses import dataclass
from typing import Any

from local.azure.fine_tuning.state import Jobs

from .catalogue import CATALOGUE, BaseModel, find
from .errors import model_not_found


@dataclass(frozen=True)
class ServedModel:
    """What a deployment serves: a base model, tuned by `job` or (None) as it is."""

    id: str
    base: BaseModel
    job: str | None

    def is_retired(self, now: float) -> bool:
        """Whether it answers no more, by its published date."""
        return self.base.end("tuned" if self.job else "base") <= now


class Models:
    """Base and tuned models in one list."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    def resolve(self, name: str, version: str | None = None) -> ServedModel | None:
        """The model of that id, name and version, tuned model id or checkpoint id."""
        base = find(name, version)
        if base:
            return ServedModel(base.id, base, None)
        tuned = self._jobs.tuned_model(name)
        return ServedModel(tuned.model, CATALOGUE[tuned.root], tuned.job) if tuned else None

    def every(self) -> list[dict[str, Any]]:
        """Every model as the API shows it."""
        tuned = [_tuned_model(job.to_json(), job.root) for job in self._jobs.succeeded_jobs()]
        return [_base(model) for model in CATALOGUE.values()] + tuned

    def get(self, identity: str) -> dict[str, Any]:
        """One model as the API shows it.

        Raises:
            ServiceError: 404 if there is none.
        """
        for model in self.every():
            if model["id"] == identity:
                return model
        raise model_not_found(identity)


def _capabilities(*, fine_tune: bool) -> dict[str, bool]:
    return {
        "fine_tune": fine_tune,
        "inference": True,
        "completion": False,
        "chat_completion": True,
        "embeddings": False,
    }


def _base(model: BaseModel) -> dict[str, Any]:
    return {
        "id": model.id,
        "object": "model",
        "created": model.created_at,
        "created_at": model.created_at,
        "owned_by": "system",
        "status": "succeeded",
        "lifecycle_status": "generally-available",
        "capabilities": _capabilities(fine_tune=bool(model.methods)),
        "deprecation": {
            "fine_tune": model.end("training"),
            "inference": model.end("base"),
        },
    }


def _tuned_model(job: dict[str, Any], root: str) -> dict[str, Any]:
    return {
        "id": job["fine_tuned_model"],
        "object": "model",
        "created": job["finished_at"],
        "created_at": job["finished_at"],
        "owned_by": "user",
        "status": "succeeded",
        "model": job["model"],
        "fine_tune": job["id"],
        "lifecycle_status": "generally-available",
        "capabilities": _capabilities(fine_tune=True),
        "deprecation": {"inference": CATALOGUE[root].end("tuned")},
    }
