"""The phases that `local` knows by name, since it imports nothing of the app."""

from local import app
from local.demo.view import ENDED, PHASES
from shared.registry import state


def test_client_stops_at_resting_phases() -> None:
    """A client that waits for a run stops at exactly the phases in which nothing works on it."""
    assert set(app.RESTING) == state.RESTING


def test_view_shows_the_path_of_a_run() -> None:
    """The view lists the phases on the way to serving in their order, but for the first instant."""
    assert state.PATH[1:] == PHASES


def test_view_marks_the_ends() -> None:
    """A run that the view marks as failed is one that ended before it served."""
    assert set(ENDED) == state.ENDED
