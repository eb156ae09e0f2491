"""A chat that holds the line is answered when its model is awake, whatever passes meanwhile."""

from tests.simulation.broken import SLOW
from tests.simulation.host import host
from tests.simulation.performance import Performance
from tests.simulation.services import Services
from tests.simulation.story import Deed, Story

WEEKS = 1_485_000.0
STORY = Story(
    seed=0,
    source="EventGrid",
    transitions=SLOW,
    deeds=(
        Deed("drop", "travel", 1, words=1),
        Deed("chat", "travel", WEEKS, patient=True),
        Deed("chat", "travel", WEEKS + 3),
    ),
)


def test_who_holds_the_line_is_answered(here: Services) -> None:
    """Who does not is told that the model wakes."""
    with host(here, STORY, 0) as one:
        performance = Performance(STORY, one)
        try:
            seen = performance.perform()
        finally:
            performance.people.close()

    assert seen.errors == []
    assert {chat.patient: chat.status for chat in seen.chats} == {True: 200, False: 503}
