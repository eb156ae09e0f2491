"""The gate before promotion."""

import pytest

from shared.evaluation import Gate
from shared.registry.parts import Summary

SEEN = Summary(graded=4, win_rate=0.75, win_rate_low=0.3, score=0.5, gain=-0.125)


@pytest.mark.parametrize(
    ("rule", "passed", "seen"),
    [
        ("win_rate>=0.75", True, "0.75"),
        ("win_rate >= 0.8", False, "0.75"),
        ("win_rate_low>=0.5", False, "0.3"),
        ("score>=0.5", True, "0.5"),
        ("gain>=-0.2", True, "-0.125"),
        ("gain>=0", False, "-0.125"),
    ],
)
def test_metric_must_reach_its_least(rule: str, passed: bool, seen: str) -> None:
    """The verdict compares the metric, and its sentence names rule and value."""
    gate = Gate.parse(rule)
    assert gate is not None

    found, text = gate.verdict(SEEN.to_dict())

    assert found == passed
    assert str(gate) in text
    assert f"is {seen}." in text


def test_what_could_not_be_graded_does_not_pass() -> None:
    """Without a graded prompt there is nothing that could pass."""
    gate = Gate.parse("win_rate>=0")
    assert gate is not None

    passed, text = gate.verdict(Summary(prompts=3).to_dict())

    assert passed is None
    assert "No prompt could be graded" in text


def test_what_shows_nothing_does_not_pass() -> None:
    """Figures that show nothing are no verdict, however good they are."""
    gate = Gate.parse("win_rate>=0")
    assert gate is not None

    figures = Summary(win_rate=1.0, inconclusive="Only 1 of 5 was compared.").to_dict()

    passed, text = gate.verdict(figures)

    assert passed is None
    assert text.endswith("has no verdict. Only 1 of 5 was compared.")


def test_gate_that_is_off() -> None:
    """`off` is no gate."""
    assert Gate.parse(" OFF ") is None


@pytest.mark.parametrize("rule", ["", "win_rate", "win_rate>0.5", "wins>=1", "score>=x", ">=1"])
def test_what_is_no_gate(rule: str) -> None:
    """An unknown metric and another form are refused."""
    with pytest.raises(ValueError, match=r".*"):
        Gate.parse(rule)
