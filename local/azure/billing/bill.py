"""The bill: trainings, hours of deployments and tokens of chats, each with its price."""

from collections import Counter
from typing import Any

from local.azure.clock import Clock
from local.azure.fine_tuning.job import Job
from local.azure.fine_tuning.state import Jobs
from local.azure.metrics.state import Usage
from local.azure.models.state import Models

from .prices import GLOBAL, MILLION, Prices
from .uptime import Uptimes

HOUR = 3600.0
ANSWERED = "200"


class Bill:
    """Adds up what the service has records of."""

    def __init__(
        self,
        clock: Clock,
        jobs: Jobs,
        usage: Usage,
        models: Models,
        uptimes: Uptimes,
        prices: Prices,
    ) -> None:
        self._clock, self._jobs, self._usage = clock, jobs, usage
        self._models, self._uptimes, self._prices = models, uptimes, prices

    def to_json(self) -> dict[str, Any]:
        """Every line with what it costs; null where there is no price, and then no total."""
        parts = {
            "trainings": [
                self._training(job) for job in self._jobs.every() if job.trained_tokens()
            ],
            "hosting": self._hosting(),
            "chats": self._chats(),
        }
        costs = [line["usd"] for lines in parts.values() for line in lines]
        return {**parts, "usd": None if None in costs else sum(costs)}

    def _training(self, job: Job) -> dict[str, Any]:
        # A failed training is free; one that was cancelled is paid for as far as it came.
        tokens = 0 if job.status == "failed" else job.trained_tokens()
        prices, hours = self._prices.of(job.root, job.training_type), job.trained_hours()
        about = {"job": job.id, "model": job.root, "training_type": job.training_type}
        if hours is not None:
            hours = 0.0 if job.status == "failed" else hours
            cost = _times(hours, prices.training_hour)
            return {**about, "tokens": tokens, "hours": hours, "usd": cost}
        cost = _times(tokens / MILLION, prices.training)
        return {**about, "tokens": tokens, "usd": cost}

    def _hosting(self) -> list[dict[str, Any]]:
        now, lines = self._clock.now(), []
        for uptime in self._uptimes.every():
            hours = ((uptime.ended_at or now) - uptime.started_at) / HOUR
            price = self._prices.of(uptime.model, uptime.sku).hosting_hour
            about = {"deployment": uptime.name, "model": uptime.model, "sku": uptime.sku}
            lines.append({**about, "hours": hours, "usd": _times(hours, price)})
        return lines

    def _chats(self) -> list[dict[str, Any]]:
        asked: Counter[tuple[str, str]] = Counter()
        answered: Counter[tuple[str, str]] = Counter()
        for count in self._usage.between(0, float("inf")):
            if count.status == ANSWERED:
                key = (count.deployment, self._base(count.model, count.version))
                asked[key] += count.prompt_tokens
                answered[key] += count.answer_tokens
        return [self._chat(*key, asked[key], answered[key]) for key in sorted(asked)]

    def _chat(self, deployment: str, base: str, asked: int, answered: int) -> dict[str, Any]:
        price = self._prices.of(base, self._sku(deployment))
        costs = (_times(asked / MILLION, price.input), _times(answered / MILLION, price.output))
        about = {"deployment": deployment, "model": base}
        tokens = {"prompt_tokens": asked, "completion_tokens": answered}
        return {**about, **tokens, "usd": None if None in costs else sum(filter(None, costs))}

    def _sku(self, deployment: str) -> str:
        """As it was last; that of the base deployments, which have no uptime, is GlobalStandard."""
        skus = [one.sku for one in self._uptimes.every() if one.name == deployment]
        return skus[-1] if skus else GLOBAL

    def _base(self, model: str, version: str) -> str:
        served = self._models.resolve(model, version)
        return served.base.id if served else model


def _times(quantity: float, price: float | None) -> float | None:
    if not quantity:
        return 0.0
    return None if price is None else quantity * price
