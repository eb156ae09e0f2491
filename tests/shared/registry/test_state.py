"""The table of phases: which may follow which, and the sets that the parts act on."""

import pytest

from shared.registry.state import (
    ANSWERING,
    BEFORE_ADMISSION,
    ENDED,
    PATH,
    RESTING,
    TRAINED,
    TRANSITIONS,
    Phase,
    may_follow,
)
from tests.runs import make_run
from tests.shared.registry.test_codec import NOW


def test_every_phase_can_be_reached_and_left() -> None:
    """No phase is a dead end, and each but the first follows another one."""
    assert set(TRANSITIONS) == set(Phase)
    assert all(TRANSITIONS.values())
    assert set().union(*TRANSITIONS.values()) == set(Phase)


def test_sets_of_phases_fit_together() -> None:
    """A resting run has ended or is trained, and only a trained one answers."""
    assert ENDED | TRAINED == RESTING
    assert not ENDED & TRAINED
    assert ANSWERING < TRAINED
    assert not BEFORE_ADMISSION & RESTING
    assert set(PATH) - RESTING == set(Phase) - RESTING


def test_a_run_goes_forward_on_its_path() -> None:
    """Each phase of the path may follow every earlier one, and none a later one at work."""
    for number, phase in enumerate(PATH):
        assert all(may_follow(phase, earlier) for earlier in PATH[:number])
    working = [phase for phase in PATH if phase not in RESTING]
    for number, phase in enumerate(working):
        assert not any(may_follow(phase, later) for later in working[number:])


@pytest.mark.parametrize("phase", sorted(ENDED))
def test_what_has_ended_is_only_received_again(phase: Phase) -> None:
    """A run that ended before it served begins again, and does nothing else."""
    assert TRANSITIONS[phase] == {Phase.RECEIVED}


def test_a_transition_that_is_not_in_the_table_is_a_bug() -> None:
    """A run does not enter a phase that cannot follow its own."""
    with pytest.raises(ValueError, match="failed and cannot become serving"):
        make_run(phase=Phase.FAILED).enter_phase(Phase.SERVING, NOW)
