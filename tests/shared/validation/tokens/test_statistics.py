"""Token statistics."""

import statistics
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from shared.validation.tokens.statistics import Distribution
from tests.shared.validation.rows import MODEL, chat, check, lines, say


@given(st.lists(st.integers(0, 500), min_size=2, max_size=200))
def test_summary_is_that_of_the_values(values: list[int]) -> None:
    """All figures equal those of the standard library over the plain list of values."""
    distribution = Distribution()
    distribution.update(values)

    summary = distribution.summary()

    cuts = statistics.quantiles(values, n=20, method="inclusive")
    assert (summary["min"], summary["max"]) == (min(values), max(values))
    assert summary["sum"] == sum(values)
    assert abs(summary["mean"] - statistics.fmean(values)) < 0.01
    assert abs(summary["median"] - statistics.median(values)) < 0.01
    assert abs(summary["p5"] - cuts[0]) < 0.01
    assert abs(summary["p95"] - cuts[-1]) < 0.01


@given(st.lists(st.integers(0, 100_000), max_size=50))
def test_histogram_holds_every_value_once(values: list[int]) -> None:
    """Few ranges without gaps that together have all values."""
    distribution = Distribution()
    distribution.update(values)

    bars = distribution.histogram()

    assert sum(bar["rows"] for bar in bars) == len(values)
    assert len(bars) <= 24
    assert all(one["to"] + 1 == other["from"] for one, other in pairwise(bars))


def test_empty_file_has_zeros() -> None:
    """No examples give zeros, not an error."""
    assert set(Distribution().summary().values()) == {0}


def test_tokens_are_those_of_the_tutorial() -> None:
    """Three for each message and example, one for the role, and the texts in o200k_base."""
    row = chat(
        say("system", "You are kind."),
        say("user", "Good morning"),
        say("assistant", "Umbrella weather!"),
    )

    tokens = check(lines(row), model=MODEL).tokens

    # "You are kind." 4, "Good morning" 2, "Umbrella weather!" 4 tokens in o200k_base.
    assert tokens["total"]["sum"] == 3 + 3 * 4 + 4 + 2 + 4
    assert tokens["assistant"]["sum"] == 4
    assert tokens["prompt"]["sum"] == 3 + 3 * 4 + 4 + 2


def test_finding_about_a_long_example_says_what_is_cut() -> None:
    """The finding about an example above the context says how much is cut."""
    row = chat(say("user", "Describe it."), say("assistant", "word " * 70_000))

    report = check(lines(row))

    found = next(finding for finding in report.findings if finding.rule == "context-length")
    over = report.tokens["total"]["sum"] - 65_536
    assert f"the last {over:,} are cut off" in found.message
    assert f"including {over:,} of the" in found.message
    assert report.tokens["above_context"] == 1
    assert report.tokens["tokens_cut"] == over
