"""What a caller asks Monitor: metrics, time, interval, filter and how many series."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .errors import bad_query, unknown_dimension, unknown_metric

NAMESPACE = "Microsoft.CognitiveServices/accounts"
REQUESTS = "AzureOpenAIRequests"
METRICS = {
    REQUESTS: "Number of calls made to the Azure OpenAI API over a period of time.",
    "ModelRequests": "Number of calls made to the model API over a period of time.",
    "ProcessedPromptTokens": "Number of prompt tokens processed (input) on an OpenAI model.",
    "GeneratedTokens": "Number of tokens generated (output) from an OpenAI model.",
    "TokenTransaction": "Number of inference tokens processed on an OpenAI model.",
}
DIMENSIONS = (
    "ApiName",
    "OperationName",
    "Region",
    "StreamType",
    "ModelDeploymentName",
    "ModelName",
    "ModelVersion",
    "StatusCode",
)
INTERVALS = {
    "PT1M": 60,
    "PT5M": 300,
    "PT15M": 900,
    "PT30M": 1800,
    "PT1H": 3600,
    "PT6H": 21_600,
    "PT12H": 43_200,
    "P1D": 86_400,
    "FULL": 0,
}
DEFAULT_TOP = 10
MAX_METRICS = 20
AGGREGATIONS = ("total", "count", "average", "minimum", "maximum", "none")
HOUR = 3600.0
# one for each minute of the 93 days that are kept; more would hold everybody else up
MAX_POINTS = 93 * 24 * 60
_CLAUSE = re.compile(r"\s*\(*\s*([\w.]+)\s+(eq|ne)\s+'((?:[^']|'')*)'\s*\)*\s*", re.IGNORECASE)
_AND = re.compile(r"\s+and\s+(?=(?:[^']*'[^']*')*[^']*$)", re.IGNORECASE)
_OR = re.compile(r"\s+or\s+(?=(?:[^']*'[^']*')*[^']*$)", re.IGNORECASE)


@dataclass(frozen=True)
class Condition:
    """One dimension of a filter: the values it may have (`*` = any), or may not have."""

    dimension: str
    values: frozenset[str]
    negated: bool = False

    def allows(self, value: str) -> bool:
        """Whether a series with this value of the dimension is wanted."""
        return ("*" in self.values or value.lower() in self.values) != self.negated


@dataclass(frozen=True)
class Query:
    """A checked question; times in seconds since 1970, `step` 0 for one point in all."""

    metrics: tuple[str, ...]
    begin: float
    end: float
    interval: str
    aggregations: tuple[str, ...]
    conditions: tuple[Condition, ...]
    top: int

    @property
    def step(self) -> float:
        """Seconds between two points."""
        return INTERVALS[self.interval] or max(1.0, self.end - self.begin)


def read_query(parameters: Mapping[str, str], now: float) -> Query:
    """Checks the parameters of either way to ask.

    Raises:
        ServiceError: 400 that names the parameter.
    """
    given = {name.lower().lstrip("$"): value for name, value in parameters.items()}
    begin, end = _timespan(given, now)
    text = given.get("filter", "")
    interval = given.get("interval", "PT1M").upper()
    if interval not in INTERVALS:
        raise bad_query(f"Invalid time grain duration: {interval}, use {', '.join(INTERVALS)}")
    query = Query(
        metrics=_metrics(given.get("metricnames", REQUESTS)),
        begin=begin,
        end=end,
        interval=interval,
        aggregations=_aggregations(given.get("aggregation", "Total")),
        conditions=tuple(_condition(part) for part in _AND.split(text)) if text else (),
        top=_top(given.get("top"), filtered=bool(text)),
    )
    if (end - begin) / query.step > MAX_POINTS:
        raise bad_query(
            f"The time span holds more than {MAX_POINTS} points of {interval};"
            " ask for a shorter time or a longer interval"
        )
    return query


def _aggregations(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in text.split(","))
    for name in names:
        if name not in AGGREGATIONS:
            raise bad_query(f"Invalid aggregation {name!r}, use {', '.join(AGGREGATIONS)}")
    return names


def _metrics(text: str) -> tuple[str, ...]:
    known = {name.lower(): name for name in METRICS}
    names = [name.strip() for name in text.split(",")]
    if len(names) > MAX_METRICS:
        raise bad_query(f"At most {MAX_METRICS} metrics can be asked for at once, not {len(names)}")
    for name in names:
        if name.lower() not in known:
            raise unknown_metric(name, METRICS)
    return tuple(known[name.lower()] for name in names)


def _timespan(given: Mapping[str, str], now: float) -> tuple[float, float]:
    if "timespan" in given:
        begin, _, end = given["timespan"].partition("/")
    else:
        begin, end = given.get("starttime", ""), given.get("endtime", "")
    last = _time(end) if end else now
    first = _time(begin) if begin else last - HOUR
    if first >= last:
        raise bad_query(f"The start time {begin} must be before the end time {end}")
    return first, last


def _time(text: str) -> float:
    try:
        seen = datetime.fromisoformat(text.strip())
    except ValueError:
        raise bad_query(f"The time {text!r} is not in ISO 8601, as 2026-11-25T10:00:00Z") from None
    return (seen if seen.tzinfo else seen.replace(tzinfo=UTC)).timestamp()


def _top(text: str | None, *, filtered: bool) -> int:
    if text is None:
        return DEFAULT_TOP
    if not filtered:
        raise bad_query("The parameter top is valid only together with $filter")
    # Python refuses to read numbers of thousands of digits.
    if not text.isdecimal() or len(text) > 9 or int(text) < 1:
        raise bad_query(f"top {text!r} must be an integer above 0")
    return int(text)


def _condition(text: str) -> Condition:
    names, values, operators = set(), set(), set()
    for part in _OR.split(text):
        found = _CLAUSE.fullmatch(part)
        if not found:
            raise bad_query(f"The filter {part!r} is not of the form Dimension eq 'value'")
        names.add(found[1].lower())
        operators.add(found[2].lower())
        values.add(found[3].replace("''", "'").lower())
    if len(names) > 1 or len(operators) > 1:
        raise bad_query(f"The filter {text!r} joins different dimensions with or")
    return Condition(_dimension(names.pop()), frozenset(values), operators == {"ne"})


def _dimension(name: str) -> str:
    for dimension in DIMENSIONS:
        if dimension.lower() == name:
            return dimension
    raise unknown_dimension(name, DIMENSIONS)
