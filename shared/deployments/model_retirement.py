"""The retirement clock: base models that the service will stop to train or to serve.

The service's own word (`deprecation` of a model) counts before the data file's, where there is one.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from shared.models import find_model, model_facts
from shared.registry import Run

SOON = timedelta(days=90)


def warnings(run: Run, now: datetime) -> list[str]:
    """What ends within 90 days, or has ended, for a run's base model; one sentence for each."""
    return [
        _sentence(run, what, day, source, now.date())
        for what, day, source in _ends(run)
        if day - now.date() <= SOON
    ]


def day_of(seconds: object) -> date | None:
    """The day of a time as the service gives it, in seconds since 1970, in UTC; None for none."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds <= 0:
        return None
    return datetime.fromtimestamp(seconds, UTC).date()


def _ends(run: Run) -> Iterator[tuple[str, date, str]]:
    model = find_model(run.training.base_model)
    source = model_facts().sources.get("retirement")
    where = f"{source.url}, {source.date}" if source else "the file of model facts"
    known = (
        ("training", run.model_retirement.training, model and model.retirement.training),
        (
            "serving tuned models",
            run.model_retirement.serving,
            model and model.retirement.deployments,
        ),
    )
    for what, announced, written in known:
        if announced:
            yield what, announced, "the service itself"
        elif written:
            yield what, written, where


def _sentence(run: Run, what: str, day: date, source: str, today: date) -> str:
    left = (day - today).days
    when = f"ends on {day}, in {left} days" if left > 0 else f"ended on {day}"
    return f"{run.training.base_model}: {what} {when} ({source})."
