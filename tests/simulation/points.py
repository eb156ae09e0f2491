"""Where faults can happen, with weights: what costs money or decides is hit more often."""

from random import Random

#: Activity by the weight with which it is drawn.
ACTIVITIES = {
    "validate_dataset": 1,
    "admit_run": 1,
    "upload_files": 3,
    "train_model": 6,
    "create_deployment": 4,
    "check_ready": 1,
    "evaluate_models": 1,
    "promote_version": 4,
    "close_run": 3,
    "find_retirable": 1,
    "retire_deployment": 3,
    "resume_version": 1,
    "find_notification": 1,
    "send_notification": 1,
    "log_retirement": 1,
}
ORCHESTRATORS = {"fine_tune": 3, "deploy": 2, "retire": 1, "wake": 1, "notify": 1}
#: Method and path of the app's requests, with the passes among which one is drawn, and a weight.
REQUESTS = {
    "POST:/openai/v1/files": (3, 3),
    "GET:/openai/v1/files*": (12, 1),
    "POST:/openai/v1/fine_tuning/jobs": (2, 6),
    "GET:/openai/v1/fine_tuning/jobs": (12, 3),
    "GET:/openai/v1/fine_tuning/jobs/*": (30, 1),
    "POST:/openai/v1/fine_tuning/jobs/*/cancel": (2, 3),
    "PUT:*/deployments/*": (2, 5),
    "GET:*/deployments*": (12, 2),
    "DELETE:*/deployments/*": (2, 4),
    "POST:/openai/v1/chat/completions": (8, 1),
    "POST:*/models": (4, 2),
    "PUT:*/models(*": (40, 6),
    "GET:*/models(*": (80, 2),
    "GET:*/models()": (10, 1),
    "*:*/datasets/*": (20, 2),
    "*:*/reports/*": (20, 1),
    "GET:*/Microsoft.Insights/metrics": (2, 1),
    "GET:*/accounts/*/models": (2, 1),
    "POST:/durabletask/*": (3, 2),
    "*:*": (300, 4),
}
#: The same for storage alone, whose requests may fail many times in a row.
STORAGE = {
    "*:*/models*": (80, 4),
    "POST:*/models": (4, 1),
    "PUT:*/models(*": (40, 3),
    "GET:*/models()": (10, 2),
    "*:*/datasets/*": (20, 3),
    "*:*/reports/*": (20, 3),
}
#: Paths at the service at which it answers with an error, by method.
SERVICE = {
    "POST */files": 2,
    "GET */files*": 1,
    "POST */fine_tuning/jobs": 4,
    "GET */fine_tuning/jobs*": 3,
    "POST */fine_tuning/jobs/*/cancel": 2,
    "PUT */deployments/*": 4,
    "GET */deployments/*": 2,
    "DELETE */deployments/*": 3,
    "POST */chat/completions": 2,
    "GET */Microsoft.Insights/metrics": 1,
    "GET */accounts/*/models": 1,
    "* *": 2,
}


def draw_activity(draw: Random) -> str:
    """The name of an activity."""
    return _draw(draw, ACTIVITIES)


def draw_request(draw: Random) -> tuple[str, int]:
    """A pattern of outgoing requests, and how many of them pass before the fault."""
    return _draw_request(draw, REQUESTS)


def draw_storage(draw: Random) -> tuple[str, int]:
    """A pattern of requests to storage, and how many of them pass before the fault."""
    return _draw_request(draw, STORAGE)


def draw_boundary(draw: Random) -> tuple[str, int]:
    """Any point of the host, and how many passes go before: a third of each kind."""
    kind = draw.randrange(3)
    if kind == 0:
        return draw_request(draw)
    at = draw.choice(("before", "after", "recorded"))
    if kind == 1:
        return f"activity:{draw_activity(draw)}:{at}", draw.choice((0, 0, 0, 1, 2, 5))
    return f"episode:{_draw(draw, ORCHESTRATORS)}:{at}", draw.randrange(30)


def draw_service(draw: Random) -> tuple[str, str]:
    """Method and path of requests at the service."""
    method, path = _draw(draw, SERVICE).split(" ")
    return method, path


def _draw_request(draw: Random, known: dict[str, tuple[int, int]]) -> tuple[str, int]:
    name = _draw(draw, {name: weight for name, (_, weight) in known.items()})
    return f"request:{name}:{draw.choice(('before', 'after'))}", draw.randrange(known[name][0])


def _draw(draw: Random, weights: dict[str, int]) -> str:
    return draw.choices(list(weights), list(weights.values()))[0]
