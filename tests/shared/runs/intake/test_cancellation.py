"""What becomes of a request to cancel."""

import pytest

from shared.errors import NotFoundError, RequestError
from shared.registry import registry
from shared.registry.state import Phase
from shared.runs import cancellation
from tests.container import Container
from tests.shared.runs.intake import begin, move


def test_wish_to_cancel_is_written_once(container: Container) -> None:
    """The first request to cancel is kept with its time; asking again changes nothing."""
    container.put("brolly.jsonl")
    row = begin()

    first = cancellation.request_cancel(row.id)
    second = cancellation.request_cancel(row.id)

    assert first.cancel_requested
    assert second == first


@pytest.mark.parametrize(
    "phase",
    [Phase.SERVING, Phase.ASLEEP, Phase.REJECTED, Phase.CANCELLED, Phase.FAILED, Phase.SUPERSEDED],
)
def test_resting_run_cannot_be_cancelled(container: Container, phase: Phase) -> None:
    """A run that has ended answers 409 and says what it is."""
    container.put("brolly.jsonl")
    row = move(begin(), phase)

    with pytest.raises(RequestError) as caught:
        cancellation.request_cancel(row.id)

    assert caught.value.status == 409
    assert str(phase) in str(caught.value)
    assert registry().get(row.id).cancel_requested is None


def test_unknown_run_cannot_be_cancelled() -> None:
    """Cancelling what does not exist is a 404."""
    with pytest.raises(NotFoundError):
        cancellation.request_cancel("brolly-0123456789")
