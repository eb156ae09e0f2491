"""Use added up, and what it costs."""

from shared.billing.usage import Count, Row, UsageKey
from shared.billing.usage.report import prices, report

PRICED = "o4-mini-2025-04-16"  # a model whose token prices are known
MILLION = Count(requests=1, prompt_tokens=1_000_000, completion_tokens=1_000_000)


def row(day: str, key: str, model: str, base: str = PRICED, count: Count = MILLION) -> Row:
    """A row of use."""
    return Row(UsageKey(day, key, model, f"{model}-0123456789", base), count)


ROWS = [
    row("2026-11-24", "web", "brolly"),
    row("2026-11-25", "web", "hotels"),
    row("2026-11-25", "app", "brolly"),
]


def test_lines_by_each_of_three() -> None:
    """The same rows are added up by key, by model and by day, to the same whole."""
    names = {by: [line.name for line in report(ROWS, by)[0]] for by in ("key", "model", "day")}

    assert names == {
        "key": ["app", "web"],
        "model": ["brolly", "hotels"],
        "day": ["2026-11-24", "2026-11-25"],
    }
    assert {report(ROWS, by)[1].count.requests for by in names} == {3}


def test_tokens_cost_what_their_model_costs() -> None:
    """A million tokens each way is the price of both; all lines make the whole."""
    lines, whole = report(ROWS, "key")

    assert lines[0].cost.usd == 5.5
    assert whole.cost.usd == 16.5
    assert prices(ROWS)[0].source is not None


def test_an_unknown_price_is_said_to_be_unknown() -> None:
    """A line with a model without prices has no sum, but what is known of it, and why."""
    lines, whole = report([*ROWS, row("2026-11-25", "app", "odd", "nobody-knows")], "key")

    assert lines[0].cost.usd is None
    assert lines[0].cost.at_least > 0
    assert any("nobody-knows" in reason for reason in lines[0].cost.unknown)
    assert lines[1].cost.usd is not None
    assert whole.cost.usd is None


def test_unreported_tokens_are_unknown_cost() -> None:
    """A stream that the caller left may have cost something."""
    left = row("2026-11-25", "web", "brolly", count=Count(requests=1, unmetered=1))

    assert report([left], "key")[1].cost.usd is None


def test_nothing_is_nothing() -> None:
    """No use costs nothing."""
    lines, whole = report([], "day")

    assert (lines, whole.count, whole.cost.usd) == ([], Count(), 0)
