"""A chat that waits is answered when its model is awake, whatever passes meanwhile."""

import pytest

from tests.simulation.host import host
from tests.simulation.mutant_stories import SLOW
from tests.simulation.services import Services
from tests.simulation.story import Action, Story
from tests.simulation.story_runner import StoryRunner

pytestmark = pytest.mark.services

WEEKS = 1_485_000.0
STORY = Story(
    seed=0,
    source="EventGrid",
    transitions=SLOW,
    actions=(
        Action("drop", "brolly", 1, words=1),
        Action("chat", "brolly", WEEKS, waits=True),
        Action("chat", "brolly", WEEKS + 3),
    ),
)


def test_a_waiting_chat_is_answered(here: Services) -> None:
    """A chat that does not wait gets 503 while the model wakes."""
    with host(here, STORY, 0) as one:
        runner = StoryRunner(STORY, one)
        try:
            seen = runner.run()
        finally:
            runner.actors.close()

    assert seen.errors == []
    assert {chat.waits: chat.status for chat in seen.chats} == {True: 200, False: 503}
