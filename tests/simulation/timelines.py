"""Draws the life of a model after it served: weeks without use, and wishes that meet each other."""

from random import Random

from tests.simulation.story import Deed

HOUR, DAY = 3600.0, 86_400.0
PATIENT = 0.5  # of all chats hold the line
_PAUSES = (HOUR / 2, 2 * DAY, 17 * DAY, 17 * DAY)
#: What somebody wants of a model, by how often.
WISHES = {
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


def deeds(draw: Random, name: str) -> list[Deed]:
    """One or two versions that serve, and then times at which several people want something."""
    words = 1
    found = [Deed("drop", name, 1.0, words=words)]
    if draw.random() < 0.7:
        words += 1
        found.append(Deed("drop", name, 2 * HOUR, words=words))
    at = 4 * HOUR
    for _ in range(draw.choice((1, 2, 2, 3))):
        at += draw.choice(_PAUSES)
        for _ in range(draw.choice((1, 2, 2, 3))):
            wish = _wish(draw, name, at, words + 1)
            words = max(words, wish.words)
            found.append(wish)
    return found


def point(draw: Random) -> tuple[str, int]:
    """A point of the host that such a life passes, and how many passes go before."""
    name = draw.choice(list(POINTS))
    return name.format(draw.choice(("before", "after"))), draw.choice(POINTS[name])


def _wish(draw: Random, name: str, at: float, words: int) -> Deed:
    what = draw.choices(list(WISHES), list(WISHES.values()))[0]
    bytes_ = draw.choice((1, words)) if what == "drop" else 0
    when = at + draw.choice((0.0, 0.0, draw.uniform(0, 90)))
    if draw.random() < 0.45:
        during, skip = point(draw)
        return Deed(what, name, when, during=during, skip=skip, words=bytes_)
    patient = what == "chat" and draw.random() < PATIENT
    return Deed(what, name, when, words=bytes_, patient=patient)
