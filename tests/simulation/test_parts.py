"""The simulation's own parts: drawing, shrinking, and the page that describes it."""

from collections.abc import Callable

import pytest

from local.processes import ROOT
from tests.simulation.actions import DOORS
from tests.simulation.drawing import drawn
from tests.simulation.invariants import RULES
from tests.simulation.shrinking import shortest
from tests.simulation.story import Deed, Fault, Story

Fails = Callable[[Story], bool]


def test_a_seed_is_a_story() -> None:
    """The same seed draws the same story; another one draws another."""
    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_stories_differ() -> None:
    """Some thousand seeds reach every deed, every kind of fault, and one to five datasets."""
    stories = [drawn(seed) for seed in range(2000)]

    assert {deed.what for story in stories for deed in story.deeds} == {
        *("drop", "event", "chat", "cancel", "approve", "kill", *DOORS),
    }
    assert {deed.flaw for story in stories for deed in story.deeds} == {
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
    assert all(Story.from_json(story.to_json()) == story for story in map(drawn, range(100)))


def _needs(*parts: str) -> Fails:
    return lambda story: set(parts) <= {str(one) for one in (*story.deeds, *story.faults)}


@pytest.mark.parametrize("seed", range(20))
def test_shrinks_to_what_matters(seed: int) -> None:
    """Of a story that fails because of two of its parts, these two are left."""
    story = drawn(seed)
    fault, deed = Fault("crash", {"at": "here"}), Deed("chat", "travel", 99)
    long = Story(
        seed, story.source, story.transitions, (*story.deeds, deed), (*story.faults, fault), 17
    )

    short = shortest(long, _needs(str(fault), str(deed)), most=1000)

    assert (short.deeds, short.faults, short.idle_days) == ((deed,), (fault,), 0)


def test_shrinking_ends() -> None:
    """A story of which nothing can be spared is left as it is, and `most` bounds the tries."""
    story, tried = drawn(11), []

    def fails(smaller: Story) -> bool:
        tried.append(smaller)
        return smaller == story

    assert shortest(story, fails, most=5) == story
    assert len(tried) == 5


def test_the_page_names_every_invariant() -> None:
    """`docs/simulation.md` lists what must hold, in the words of the code."""
    page = (ROOT / "docs" / "simulation.md").read_text()

    for rule in RULES:
        assert f"| `{rule.__name__}` | {rule.__doc__} |" in page
