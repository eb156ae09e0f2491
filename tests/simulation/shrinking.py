"""The shortest story that still fails: parts are dropped one after the other while it does."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tests.simulation.story import Action, Fault, Story
from tests.simulation.world import World

Fails = Callable[[Story], bool]


def shrink(story: Story, fails: Fails, most: int = 60) -> Story:
    """Shrink a story.

    Args:
        story: One that fails.
        fails: Performs a story and says whether it fails too.
        most: How many stories are performed at the most.

    Returns:
        A story that fails; without any one of its parts it did not, unless `most` came first.
    """
    left = most
    while True:
        for smaller in _smaller_stories(story):
            if not left:
                return story
            left -= 1
            if fails(smaller):
                story = smaller
                break
        else:
            return story


def _smaller_stories(story: Story) -> Iterator[Story]:
    """Smaller stories: without a dataset, without half of the rest, without one part."""
    names = story.datasets
    if len(names) > 1:
        for name in names:
            yield story.without(*(action for action in story.actions if action.dataset == name))
    for half in (*_halves(story.faults), *_halves(story.actions[1:])):
        yield story.without(*half)
    if story.idle_days:
        yield replace(story, idle_days=0.0)
    parts: list[Fault | Action] = [*story.faults, *reversed(story.actions)]
    for part in parts:
        if len(story.actions) > 1 or isinstance(part, Fault):
            yield story.without(part)
    if story.world != World():
        yield replace(story, world=World())
    plain = dict.fromkeys(story.transitions, "immediate")
    if story.transitions != plain:
        yield replace(story, transitions=plain)


def _halves(parts: Sequence[Action | Fault]) -> list[Sequence[Action | Fault]]:
    middle = len(parts) // 2
    return [parts[:middle], parts[middle:]] if middle else []
