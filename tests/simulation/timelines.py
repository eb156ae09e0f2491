"""Draws what happens to a model after it served: weeks without use, and requests that meet."""

from random import Random

from tests.simulation.story import Action

HOUR, DAY = 3600.0, 86_400.0
WAITING = 0.5  # of all chats wait
_PAUSES = (HOUR / 2, 2 * DAY, 17 * DAY, 17 * DAY)
#: What users do with a model, by how often.
WEIGHTS = {
    "chat": 4,
    "wake": 3,
    "rollback": 3,
    "promote": 3,
    "delete": 2,
    "drop": 2,
    "event": 1,
    "pin": 1,
    "unpin": 1,
    "cancel": 1,
}
#: Points that are passed by waking, retiring, switching and deleting, with the passes to draw from.
POINTS = {
    "activity:resume_version:{}": range(2),
    "activity:delete_resources:{}": range(3),
    "activity:retire_deployment:{}": range(6),
    "episode:wake:{}": range(5),
    "episode:delete:{}": range(5),
    "episode:retire:{}": range(40),
    "request:PUT:*/deployments/*:{}": range(1, 5),
    "request:DELETE:*/deployments/*:{}": range(3),
    "request:PUT:*/models(*:{}": range(15, 90),
    "request:PATCH:*/models(*:{}": range(15, 90),
    "request:POST:/durabletask/*:{}": range(1, 6),
}


def draw_actions(draw: Random, name: str) -> list[Action]:
    """One or two versions that serve, and then times at which several users want something."""
    words = 1
    found = [Action("drop", name, 1.0, words=words)]
    if draw.random() < 0.7:
        words += 1
        found.append(Action("drop", name, 2 * HOUR, words=words))
    at = 4 * HOUR
    for _ in range(draw.choice((1, 2, 2, 3))):
        at += draw.choice(_PAUSES)
        for _ in range(draw.choice((1, 2, 2, 3))):
            action = _draw_action(draw, name, at, words + 1)
            words = max(words, action.words)
            found.append(action)
    return found


def draw_point(draw: Random) -> tuple[str, int]:
    """A point of the host that such a story passes, and how many passes go before."""
    name = draw.choice(list(POINTS))
    return name.format(draw.choice(("before", "after"))), draw.choice(POINTS[name])


def _draw_action(draw: Random, name: str, at: float, words: int) -> Action:
    what = draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    bytes_ = draw.choice((1, words)) if what == "drop" else 0
    when = at + draw.choice((0.0, 0.0, draw.uniform(0, 90)))
    if draw.random() < 0.45:
        during, skip = draw_point(draw)
        return Action(what, name, when, during=during, skip=skip, words=bytes_)
    waits = what == "chat" and draw.random() < WAITING
    return Action(what, name, when, words=bytes_, waits=waits)
