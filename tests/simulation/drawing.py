"""Draws a story from a seed: the same number gives the same story."""

from dataclasses import replace
from random import Random
from typing import Any

from tests.simulation import points, timelines, worlds
from tests.simulation.story import Deed, Fault, Story

HOUR = 3600.0
LIVES = 0.35  # of all stories are about a model's time after it served
UNHEARD = 0.04  # of all events get lost
NAMES = ("travel", "hotel", "bank", "legal", "games")
_MANY = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 5)  # datasets
_FAULTS = (0, 1, 2, 2, 3, 3, 4, 5, 6)
_PATHS = (
    {"file": "immediate", "queue": "immediate", "job": "immediate", "deployment": "immediate"},
    {"file": "seconds:8", "queue": "seconds:5", "job": "seconds:40", "deployment": "seconds:20"},
    {"file": "reads:1", "queue": "reads:1", "job": "reads:2", "deployment": "reads:2"},
    {"file": "seconds:90", "queue": "seconds:200", "job": "seconds:1500", "deployment": "reads:1"},
)
_READY = ("immediate", "reads:1", "seconds:45")
#: 401 and 403 are roles that do not count yet.
_STATUS = (401, 403, 408, 409, 429, 429, 500, 500, 502, 503, 504)


def drawn(seed: int) -> Story:
    """The story of that seed."""
    draw = Random(seed)  # noqa: S311  repeatable on purpose
    if draw.random() < LIVES:
        return _later(seed, draw)
    names = draw.sample(NAMES, draw.choice(_MANY))
    world = worlds.world(draw)
    deeds = [deed for name in names for deed in _life(draw, name)]
    if worlds.has_budget(world):
        deeds += [_approval(draw, deed) for deed in deeds if deed.what == "drop"]
    deeds += [Deed("kill", at=draw.uniform(1, 2000)) for _ in range(draw.choice((0, 0, 0, 1)))]
    return Story(
        seed=seed,
        source=draw.choice(("EventGrid", "EventGrid", "LogsAndContainerScan")),
        transitions={
            **draw.choice(_PATHS),
            "ready": draw.choice(_READY),
            "delete": draw.choice(_READY),
        },
        deeds=tuple(deeds),
        faults=tuple(_fault(draw) for _ in range(draw.choice(_FAULTS))),
        # Who waits for a place or a person would do so for all that time.
        idle_days=0 if world.settings else draw.choice((0, 0, 0, 17)),
        world=world,
    )


def _later(seed: int, draw: Random) -> Story:
    """One model that served already, with what happens to it in the weeks after."""
    return Story(
        seed=seed,
        source=draw.choice(("EventGrid", "LogsAndContainerScan")),
        transitions={
            **draw.choice(_PATHS),
            "ready": draw.choice(_READY),
            "delete": draw.choice(_READY),
        },
        deeds=tuple(timelines.deeds(draw, draw.choice(NAMES))),
        faults=tuple(_late_fault(draw) for _ in range(draw.choice((0, 0, 1, 1, 2, 3)))),
    )


def _late_fault(draw: Random) -> Fault:
    if draw.random() < 0.6:
        point, skip = timelines.point(draw)
        return Fault("crash", {"at": point, "skip": skip})
    return _fault(draw)


def _life(draw: Random, name: str) -> list[Deed]:
    """What happens to one dataset."""
    first = draw.uniform(0, 60)
    deeds = [Deed("drop", name, first, words=draw.choice((1, 1, 1, 1, 1, 1, 1, -1)))]
    deeds[0] = replace(deeds[0], flaw=worlds.flaw(draw))
    last = deeds[0]
    for _ in range(draw.choice((0, 0, 0, 1, 1, 2))):
        same = draw.random() < 0.4
        words = last.words if same else len(deeds) + 1
        flaw = last.flaw if same else worlds.flaw(draw)
        last = Deed("drop", name, **_moment(draw, last.at), words=words, flaw=flaw)
        deeds.append(last)
    deeds = [replace(deed, unheard=draw.random() < UNHEARD) for deed in deeds]
    deeds += [Deed("event", name, **_moment(draw, first)) for _ in range(draw.choice((0, 0, 1, 2)))]
    deeds += [Deed("chat", name, **_moment(draw, first)) for _ in range(draw.choice((0, 0, 1, 2)))]
    if draw.random() < 0.25:
        deeds.append(Deed("cancel", name, **_moment(draw, first)))
    if draw.random() < 0.1:
        deeds.append(Deed("pin", name, at=first + draw.uniform(60, 2 * HOUR)))
    return deeds


def _approval(draw: Random, drop: Deed) -> Deed:
    """A person lets go on what waits for that; sometimes too early, or never in time."""
    moment = _moment(draw, drop.at)
    late = draw.choice((0.0, 600.0, 600.0, 30 * HOUR, 60 * HOUR))
    return Deed("approve", drop.dataset, **{**moment, "at": moment["at"] + late})


def _moment(draw: Random, after: float) -> dict[str, Any]:
    """A time, or a point of the host; the time orders what waits for points."""
    at = after + draw.choice((0.0, draw.uniform(0, 120), draw.uniform(0, 2.5 * HOUR)))
    if draw.random() < 0.35:
        point, skip = points.boundary(draw)
        return {"at": at, "during": point, "skip": skip}
    return {"at": at}


def _fault(draw: Random) -> Fault:
    kind = draw.choice(
        ("crash", "crash", "crash", "duplicate", "fail", "lost", "storage", "service")
    )
    if kind == "service":
        return Fault("service", _service(draw))
    if kind == "duplicate":
        manner = draw.choice(("twice", "concurrent"))
        at = f"activity:{points.activity(draw)}:{manner}"
        return Fault("duplicate", {"at": at, "skip": draw.choice((0, 0, 1, 2, 4))})
    if kind == "fail":
        at = f"activity:{points.activity(draw)}:{draw.choice(('before', 'after'))}"
        return Fault("fail", {"at": at, "times": draw.choice((1, 1, 2)), "skip": draw.randrange(3)})
    if kind == "storage":
        point, skip = points.storage(draw)
        # Storage that has too much to do answers 503; its SDK would take a 429 for a refusal.
        message = draw.choice(("503", "503", "503", "500", "timeout", "reset"))
        # The SDK itself tries four times, but for inserts. What takes up a drop has five tries one
        # after the other, in Azure too: who is away for longer than that loses the event.
        times = draw.choice((1, 2, 3, 3, 6, 12) if "reports" in point else (1, 2, 3, 3))
        return Fault("fail", {"at": point, "skip": skip, "message": message, "times": times})
    if kind == "lost":
        point, skip = points.request(draw)
        message = draw.choice(("timeout", "reset"))
        return Fault("fail", {"at": point, "skip": skip, "message": message})
    point, skip = points.boundary(draw)
    return Fault("crash", {"at": point, "skip": skip})


def _service(draw: Random) -> dict[str, Any]:
    method, path = points.service(draw)
    rule: dict[str, Any] = {
        "method": method,
        "path": path,
        "when": draw.choice(("before", "after")),
        "times": draw.choice((1, 1, 2, 3)),
        "skip": draw.choice((0, 0, 0, 1, 2, 5)),
    }
    if draw.random() < 0.3:
        return {**rule, "reset": True}
    return {**rule, "status": draw.choice(_STATUS), "headers": {"retry-after-ms": "20"}}
