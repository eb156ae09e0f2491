"""Draws where a story takes place: budgets, few places, a receiver of notifications."""

from random import Random

from tests.simulation.world import World

#: A story of days costs as much as the looks of those who wait.
_RARE = {"POLL_MAX": "4h"}
_BUDGETS = (
    # Every run is above it; who is not let go on in time ends for that.
    {"BUDGET_RUN": "0.01", "APPROVAL_DEADLINE": "2d"},
    {"BUDGET_RUN": "0.01", "APPROVAL_DEADLINE": "30d"},
    # One run fits, or two.
    {"BUDGET_MONTH": "700", "APPROVAL_DEADLINE": "30d"},
)
_EVICTING: tuple[dict[str, str], ...] = ({}, {"EVICT_AFTER": "1h"}, {"EVICT_AFTER": "6h"})
_REFUSALS = (None, None, None, 0, 1, 4)


def draw_world(draw: Random) -> World:
    """A world; two in three are the usual one, but for a receiver."""
    refusals = draw.choice(_REFUSALS)
    kind = draw.choice(("usual", "usual", "usual", "usual", "budget", "full"))
    if kind == "budget":
        return World({**_RARE, **draw.choice(_BUDGETS)}, refusals=refusals)
    if kind == "full":
        settings = {**_RARE, **draw.choice(_EVICTING)}
        return World(settings, places=draw.choice((1, 1, 2, 3)), refusals=refusals)
    return World(refusals=refusals)


def has_budget(found: World) -> bool:
    """Whether runs may wait for a person."""
    return any(name.startswith("BUDGET_") for name in found.settings)


def draw_flaw(draw: Random) -> str:
    """What dropped bytes do at the service: mostly nothing."""
    return draw.choice(("rai", "safety", "internal")) if draw.random() < 0.08 else ""
