"""Sums of which a part may be unknown."""

from shared.billing import FREE, Amount, total, unknown


def test_an_unknown_part_makes_the_sum_unknown_but_not_the_rest() -> None:
    """What is known is said as the least; the whole is None, never the known part alone."""
    found = total([Amount(1.5), unknown("no price for a"), Amount(0.25)])

    assert found.usd is None
    assert found.at_least == 1.75
    assert found.unknown == ("no price for a",)


def test_each_reason_is_said_once() -> None:
    """Ten runs of one model lack the same price."""
    found = total([unknown("no price for a"), unknown("no price for b"), unknown("no price for a")])

    assert found.unknown == ("no price for a", "no price for b")


def test_nothing_costs_nothing() -> None:
    """The sum of no amounts is known to be zero."""
    assert total([]) == FREE
    assert FREE.usd == 0.0


def test_people_see_what_is_missing() -> None:
    """An amount reads as a price, as a least, or as unknown."""
    assert str(Amount(1234.5)) == "$1,234.50"
    assert str(Amount(2.0) + unknown("why")) == "at least $2.00"
    assert str(unknown("why")) == "unknown"


def test_machines_see_null_and_the_reason() -> None:
    """JSON has null where the sum is unknown, and small sums keep their digits."""
    assert unknown("why").to_dict() == {"usd": None, "at_least_usd": 0.0, "unknown": ["why"]}
    assert Amount(0.0000123).to_dict()["usd"] == 0.000012
