"""Draws a story from a seed: the same number gives the same story."""

from dataclasses import replace
from random import Random
from typing import Any

from tests.simulation import points, timelines, worlds
from tests.simulation.story import Action, Fault, Story

HOUR = 3600.0
LATE_STORIES = 0.35  # of all stories are about a model's time after it served
LOST_EVENTS = 0.04  # of all events get lost
REFUSED_METRICS = 0.5  # of the stories with weeks without use
NAMES = ("brolly", "hotel", "bank", "legal", "games")
#: A role that nobody gives the app: it lasts to the end of the story.
METRICS_REFUSED = Fault(
    "service",
    {"method": "GET", "path": "*/Microsoft.Insights/metrics", "status": 403, "times": 0},
)
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


def draw_story(seed: int) -> Story:
    """The story of that seed."""
    draw = Random(seed)  # noqa: S311  repeatable on purpose
    if draw.random() < LATE_STORIES:
        return _draw_late_story(seed, draw)
    names = draw.sample(NAMES, draw.choice(_MANY))
    world = worlds.draw_world(draw)
    actions = [action for name in names for action in _draw_dataset(draw, name)]
    if worlds.has_budget(world):
        actions += [_draw_approval(draw, action) for action in actions if action.what == "drop"]
    actions += [Action("kill", at=draw.uniform(1, 2000)) for _ in range(draw.choice((0, 0, 0, 1)))]
    # Who waits for a place or a person would do so for all that time.
    idle_days = 0 if world.settings else draw.choice((0, 0, 0, 20))
    refused = (METRICS_REFUSED,) if idle_days and draw.random() < REFUSED_METRICS else ()
    return Story(
        seed=seed,
        source=draw.choice(("EventGrid", "EventGrid", "LogsAndContainerScan")),
        transitions={
            **draw.choice(_PATHS),
            "ready": draw.choice(_READY),
            "delete": draw.choice(_READY),
        },
        actions=tuple(actions),
        faults=(*(_draw_fault(draw) for _ in range(draw.choice(_FAULTS))), *refused),
        idle_days=idle_days,
        world=world,
    )


def _draw_late_story(seed: int, draw: Random) -> Story:
    """One model that served already, with what happens to it in the weeks after."""
    return Story(
        seed=seed,
        source=draw.choice(("EventGrid", "LogsAndContainerScan")),
        transitions={
            **draw.choice(_PATHS),
            "ready": draw.choice(_READY),
            "delete": draw.choice(_READY),
        },
        actions=tuple(timelines.draw_actions(draw, draw.choice(NAMES))),
        faults=tuple(_draw_late_fault(draw) for _ in range(draw.choice((0, 0, 1, 1, 2, 3)))),
    )


def _draw_late_fault(draw: Random) -> Fault:
    if draw.random() < 0.6:
        point, skip = timelines.draw_point(draw)
        return Fault("crash", {"at": point, "skip": skip})
    return _draw_fault(draw)


def _draw_dataset(draw: Random, name: str) -> list[Action]:
    """What happens to one dataset."""
    first = draw.uniform(0, 60)
    actions = [Action("drop", name, first, words=draw.choice((1, 1, 1, 1, 1, 1, 1, -1)))]
    actions[0] = replace(actions[0], flaw=worlds.draw_flaw(draw))
    last = actions[0]
    for _ in range(draw.choice((0, 0, 0, 1, 1, 2))):
        same = draw.random() < 0.4
        words = last.words if same else len(actions) + 1
        flaw = last.flaw if same else worlds.draw_flaw(draw)
        last = Action("drop", name, **_draw_time(draw, last.at), words=words, flaw=flaw)
        actions.append(last)
    actions = [replace(action, event_lost=draw.random() < LOST_EVENTS) for action in actions]
    actions += [
        Action("event", name, **_draw_time(draw, first)) for _ in range(draw.choice((0, 0, 1, 2)))
    ]
    actions += [
        Action("chat", name, **_draw_time(draw, first)) for _ in range(draw.choice((0, 0, 1, 2)))
    ]
    if draw.random() < 0.25:
        actions.append(Action("cancel", name, **_draw_time(draw, first)))
    if draw.random() < 0.1:
        actions.append(Action("pin", name, at=first + draw.uniform(60, 2 * HOUR)))
    return actions


def _draw_approval(draw: Random, drop: Action) -> Action:
    """A person lets go on what waits for that; sometimes too early, or never in time."""
    time = _draw_time(draw, drop.at)
    late = draw.choice((0.0, 600.0, 600.0, 30 * HOUR, 60 * HOUR))
    return Action("approve", drop.dataset, **{**time, "at": time["at"] + late})


def _draw_time(draw: Random, after: float) -> dict[str, Any]:
    """A time, or a point of the host; the time orders what waits for points."""
    at = after + draw.choice((0.0, draw.uniform(0, 120), draw.uniform(0, 2.5 * HOUR)))
    if draw.random() < 0.35:
        point, skip = points.draw_boundary(draw)
        return {"at": at, "during": point, "skip": skip}
    return {"at": at}


def _draw_fault(draw: Random) -> Fault:
    kind = draw.choice(
        ("crash", "crash", "crash", "duplicate", "fail", "lost", "storage", "service")
    )
    if kind == "service":
        return Fault("service", _draw_service_fault(draw))
    if kind == "duplicate":
        how = draw.choice(("twice", "concurrent"))
        at = f"activity:{points.draw_activity(draw)}:{how}"
        return Fault("duplicate", {"at": at, "skip": draw.choice((0, 0, 1, 2, 4))})
    if kind == "fail":
        at = f"activity:{points.draw_activity(draw)}:{draw.choice(('before', 'after'))}"
        return Fault("fail", {"at": at, "times": draw.choice((1, 1, 2)), "skip": draw.randrange(3)})
    if kind == "storage":
        point, skip = points.draw_storage(draw)
        # Storage that has too much to do answers 503; its SDK would take a 429 for a refusal.
        message = draw.choice(("503", "503", "503", "500", "timeout", "reset"))
        # The SDK itself tries four times, but for inserts. What takes up a drop has five tries one
        # after the other, in Azure too: who is away for longer than that loses the event.
        times = draw.choice((1, 2, 3, 3, 6, 12) if "reports" in point else (1, 2, 3, 3))
        return Fault("fail", {"at": point, "skip": skip, "message": message, "times": times})
    if kind == "lost":
        point, skip = points.draw_request(draw)
        message = draw.choice(("timeout", "reset"))
        return Fault("fail", {"at": point, "skip": skip, "message": message})
    point, skip = points.draw_boundary(draw)
    return Fault("crash", {"at": point, "skip": skip})


def _draw_service_fault(draw: Random) -> dict[str, Any]:
    method, path = points.draw_service(draw)
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
