"""Rules of time: immediate, by reads, by seconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.azure.transitions import DEFAULTS, KINDS, Transition, Transitions, parse


@pytest.mark.parametrize("text", ["immediate", "reads:3", "seconds:2.5", "seconds:0"])
def test_a_rule_is_written_as_it_is_read(text: str) -> None:
    """Text to rule and back."""
    assert str(parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "now", "reads", "reads:", "reads:x", "reads:-1", "seconds:nan", "immediate:3"]
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    """The error shows the text."""
    with pytest.raises(ValueError, match="use immediate"):
        parse(text)


def test_progress_by_seconds_follows_the_clock() -> None:
    """A share of the time, never below 0 or above 1."""
    rule = parse("seconds:10")

    assert [rule.progress(100, now, 0) for now in (90, 100, 105, 110, 200)] == [0, 0, 0.5, 1, 1]


def test_progress_by_reads_counts_looks() -> None:
    """With reads:2 two looks see it unfinished."""
    rule = parse("reads:2")

    assert [rule.progress(0, 1e9, reads) < 1 for reads in (0, 1, 2, 3)] == [True, True, True, False]


@given(st.floats(0, 1e9), st.floats(0, 1e9), st.integers(0, 1000))
def test_immediate_is_always_done(start: float, now: float, reads: int) -> None:
    """Whatever the time."""
    assert Transition("immediate").progress(start, now, reads) == 1


def test_rules_change_for_all_or_by_kind() -> None:
    """Later parts win."""
    rules = Transitions("reads:2,job=seconds:5")

    assert rules.describe() == dict.fromkeys(KINDS, "reads:2") | {"job": "seconds:5"}


def test_a_wrong_part_changes_nothing() -> None:
    """All parts or none."""
    rules = Transitions()

    with pytest.raises(ValueError, match="moon"):
        rules.change("job=immediate,moon=immediate")

    assert rules.describe() == DEFAULTS
