"""Requests about a model that served once: wake, pin, roll back, promote, delete."""

from collections.abc import Callable, Sequence

import httpx

from shared.registry import Model, Run
from tests.simulation.host import Host
from tests.simulation.observations import ModelRequest, Observations
from tests.simulation.story import Action

#: Method and path of each, with the model's name and the run that is asked for.
ENDPOINTS = {
    "wake": ("POST", "/api/models/{model}/wake"),
    "pin": ("POST", "/api/models/{model}/pin"),
    "unpin": ("DELETE", "/api/models/{model}/pin"),
    "rollback": ("POST", "/api/models/{model}/rollback"),
    "promote": ("POST", "/api/models/{model}/promote?run={run}"),
    "delete": ("DELETE", "/api/models/{model}?confirm={model}"),
}
Ask = Callable[[Callable[[], httpx.Response]], httpx.Response | None]


def send(action: Action, host: Host, ask: Ask, run: str, seen: Observations) -> None:
    """Ask for it, and remember what was answered.

    Args:
        action: One of `ENDPOINTS`.
        host: Where the app runs.
        ask: Sends a request, and again if the host dies of it.
        run: The version to promote.
        seen: Takes the answer.
    """
    method, path = ENDPOINTS[action.what]
    answer = ask(lambda: host.ask(method, path.format(model=action.dataset, run=run)))
    if answer is None:
        return
    body = answer.json() if answer.is_success and answer.content else {}
    chosen = str(body.get("wanted") or body.get("active") or "")
    asked = ModelRequest(
        action.what, action.dataset, chosen, host.now(), answer.status_code, answer.text
    )
    seen.requests.append(asked)
    if asked.is_accepted and asked.what == "pin":
        seen.pins[asked.model] = asked.at
    if asked.is_accepted and asked.what == "unpin":
        seen.pins.pop(asked.model, None)
    if asked.is_accepted and asked.what == "delete":
        seen.deleted[asked.model] = asked.at


def oldest_other(runs: Sequence[Run], model: Model | None, name: str) -> str:
    """The oldest version of a model that was trained and is not active; empty if none is."""
    front = model.active if model else ""
    trained = [one for one in runs if one.model == name and one.training.tuned_model]
    behind = sorted((one for one in trained if one.id != front), key=lambda one: one.created)
    return behind[0].id if behind else ""
