"""The simulation's own parts: drawing, shrinking, and the page that describes it."""

from collections.abc import Callable

import pytest

from local.processes import ROOT
from tests.simulation.actions import ENDPOINTS
from tests.simulation.drawing import draw_story
from tests.simulation.invariants import RULES
from tests.simulation.shrinking import shrink
from tests.simulation.story import Action, Fault, Story

pytestmark = pytest.mark.services

Fails = Callable[[Story], bool]


def test_a_seed_is_a_story() -> None:
    """The same seed draws the same story; another one draws another."""
    assert draw_story(7) == draw_story(7)
    assert draw_story(7) != draw_story(8)


def test_stories_differ() -> None:
    """Some thousand seeds reach every action, every kind of fault, and one to five datasets."""
    stories = [draw_story(seed) for seed in range(2000)]

    assert {action.what for story in stories for action in story.actions} == {
        *("drop", "event", "chat", "cancel", "approve", "kill", *ENDPOINTS),
    }
    assert {action.flaw for story in stories for action in story.actions} == {
        *("", "rai", "safety", "internal"),
    }
    worlds = [story.world for story in stories]
    assert {one.places for one in worlds} == {None, 1, 2, 3}
    assert {one.refusals for one in worlds} == {None, 0, 1, 4}
    assert {"BUDGET_RUN", "BUDGET_MONTH", "EVICT_AFTER"} <= {
        n for one in worlds for n in one.settings
    }
    kinds = {fault.kind for story in stories for fault in story.faults}
    assert kinds == {"crash", "fail", "duplicate", "service"}
    assert {len(story.datasets) for story in stories} == {1, 2, 3, 4, 5}


def test_a_story_is_text() -> None:
    """What a failure prints can be performed again."""
    assert all(Story.from_json(story.to_json()) == story for story in map(draw_story, range(100)))


def _needs(*parts: str) -> Fails:
    return lambda story: set(parts) <= {str(one) for one in (*story.actions, *story.faults)}


@pytest.mark.parametrize("seed", range(20))
def test_shrinks_to_what_matters(seed: int) -> None:
    """Of a story that fails because of two of its parts, these two are left."""
    story = draw_story(seed)
    fault, action = Fault("crash", {"at": "here"}), Action("chat", "brolly", 99)
    long = Story(
        seed, story.source, story.transitions, (*story.actions, action), (*story.faults, fault), 17
    )

    short = shrink(long, _needs(str(fault), str(action)), most=1000)

    assert (short.actions, short.faults, short.idle_days) == ((action,), (fault,), 0)


def test_shrinking_ends() -> None:
    """A story of which nothing can be spared is left as it is, and `most` bounds the tries."""
    story, tried = draw_story(11), []

    def fails(smaller: Story) -> bool:
        tried.append(smaller)
        return smaller == story

    assert shrink(story, fails, most=5) == story
    assert len(tried) == 5


def test_the_page_names_every_invariant() -> None:
    """`docs/simulation.md` lists what must hold, in the words of the code."""
    page = (ROOT / "docs" / "simulation.md").read_text()

    for rule in RULES:
        assert f"| `{rule.__name__}` | {rule.__doc__} |" in page
