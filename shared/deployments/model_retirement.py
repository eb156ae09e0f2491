"""The retirement clock: base models that the service stops to offer, to train or to serve.

The service's own word (`deprecation` of a model, its stage in the account) counts before the data
file's, where there is one.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from shared.models import Retirement, find_model, model_facts
from shared.registry import Run

SOON = timedelta(days=90)
_CLOSED = "deprecated"
_SERVICE = "the service itself"
_CHANGE = "set BASE_MODEL, or `base_model` in the dataset's .tune.json, to a newer model"


class _End(NamedTuple):
    what: str
    next_step: str
    day: date
    source: str


def warnings(run: Run, now: datetime) -> list[str]:
    """What is closed, ends within 90 days, or has ended, for a run's base model.

    Returns:
        A sentence for each, with its source and the next step.
    """
    ends = [_sentence(run, end, now.date()) for end in _ends(run) if end.day - now.date() <= SOON]
    return [*_closed(run), *ends]


def day_of(seconds: object) -> date | None:
    """The day of a time as the service gives it, in seconds since 1970, in UTC; None for none."""
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or seconds <= 0:
        return None
    return datetime.fromtimestamp(seconds, UTC).date()


def _closed(run: Run) -> Iterator[str]:
    """The sentence on a model that is for existing customers only."""
    said = run.model_retirement.stage
    if (said or _facts(run).stage).lower() == _CLOSED:
        yield (
            f"{run.training.base_model}: existing customers only, it is deprecated "
            f"({_SERVICE if said else _file()}). A subscription that has not deployed this version "
            f"before cannot train or deploy it: {_CHANGE} for the next training."
        )


def _ends(run: Run) -> Iterator[_End]:
    said, written = run.model_retirement, _facts(run)
    known = (
        (
            "base model",
            f"After that no comparison with it, and only existing customers train it: {_CHANGE}.",
            said.base,
            written.base,
        ),
        (
            "training",
            f"For later versions, {_CHANGE}.",
            said.training,
            written.training,
        ),
        (
            "serving tuned models",
            f"After that this model answers no chat: {_CHANGE}, and drop the dataset again.",
            said.serving,
            written.deployments,
        ),
    )
    for what, next_step, announced, in_file in known:
        day = announced or in_file
        if day:
            yield _End(what, next_step, day, _SERVICE if announced else _file())


def _facts(run: Run) -> Retirement:
    model = find_model(run.training.base_model)
    return model.retirement if model else Retirement()


def _file() -> str:
    source = model_facts().sources.get("retirement")
    return f"{source.url}, {source.date}" if source else "the file of model facts"


def _sentence(run: Run, end: _End, today: date) -> str:
    left = (end.day - today).days
    when = f"ends on {end.day}, in {left} days" if left > 0 else f"ended on {end.day}"
    return f"{run.training.base_model}: {end.what} {when} ({end.source}). {end.next_step}"
