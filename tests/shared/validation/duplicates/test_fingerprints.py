"""Rows that are the same or ask the same, found part by part."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.validation.duplicates import fingerprints
from shared.validation.duplicates.findings import Duplicates
from shared.validation.duplicates.fingerprints import Index, plain_fingerprints
from shared.validation.reading.plain import plain_rows
from tests.shared.validation.rows import chat, numbered_rows, say

Rows = list[tuple[int, int]]
"""What each row asks, and its answer."""
rows = st.lists(st.tuples(st.integers(-4, 4), st.integers(0, 2)), max_size=40)


def index(asked: Rows) -> Index:
    """The fingerprints of rows that stand in lines 1, 2, 3 and so on."""
    made = Index()
    made.add(
        ([prompt for prompt, _ in asked], [prompt * 10 + answer for prompt, answer in asked]), 1
    )
    return made


def expected_groups(asked: Rows) -> tuple[Rows, Rows]:
    """All pairs of lines by looking at every earlier row."""
    same, other = [], []
    for line, row in enumerate(asked, 1):
        before = asked[: line - 1]
        prompts = [prompt for prompt, _ in before]
        if row in before:
            same.append((line, before.index(row) + 1))
        elif row[0] in prompts:
            other.append((line, prompts.index(row[0]) + 1))
    return same, other


@pytest.mark.parametrize("part", [1, 3, 1000])
@given(asked=rows, others=rows, limit=st.integers(1, 50))
def test_repeats_are_those_of_a_plain_search(
    part: int, asked: Rows, others: Rows, limit: int
) -> None:
    """Counts are exact and the earliest pairs are named, whatever the size of the parts."""
    found = Duplicates.empty(limit)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprints, "_PART", part)
        found.find(index(asked), index(others))

    same, other = expected_groups(asked)
    shared = [(line, others.index(row) + 1) for line, row in enumerate(asked, 1) if row in others]
    assert (found.exact.count, found.exact.places()) == (len(same), same[:limit])
    assert (found.other_answer.count, found.other_answer.places()) == (len(other), other[:limit])
    assert (found.overlap.count, found.overlap.places()) == (len(shared), shared[:limit])


def test_rows_have_the_same_fingerprints_in_any_company() -> None:
    """A row is the same among rows of its own shape, among others and alone."""
    even = [numbered_rows(number) for number in range(3)]
    odd = chat(say("system", "Be brief."), say("user", "a"), say("assistant", "b"))

    def marks(*group: object) -> list[tuple[int, int]]:
        found = plain_rows(group)
        assert found is not None
        return list(zip(*plain_fingerprints(found), strict=True))

    alone = [mark for row in (*even, odd) for mark in marks(row)]
    assert marks(*even, odd) == alone
    assert [*marks(*even), *marks(odd)] == alone
