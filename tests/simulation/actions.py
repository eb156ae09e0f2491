"""What people ask of a model that was served once: wake, pin, roll back, promote, delete."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import httpx

from shared.registry import Model, Version
from tests.simulation.host import Host
from tests.simulation.story import Deed

if TYPE_CHECKING:
    from tests.simulation.actors import Seen

#: Method and path of each, with the model's name and the run that is asked for.
DOORS = {
    "wake": ("POST", "/api/models/{model}/wake"),
    "pin": ("POST", "/api/models/{model}/pin"),
    "unpin": ("DELETE", "/api/models/{model}/pin"),
    "rollback": ("POST", "/api/models/{model}/rollback"),
    "promote": ("POST", "/api/models/{model}/promote?run={run}"),
    "delete": ("DELETE", "/api/models/{model}?confirm={model}"),
}
Ask = Callable[[Callable[[], httpx.Response]], httpx.Response | None]


@dataclass(frozen=True)
class Wish:
    """A wish that was answered: when (virtual time), how, and for which version if it says so."""

    what: str
    model: str
    run: str
    at: datetime
    status: int
    body: str

    @property
    def granted(self) -> bool:
        """Whether the answer says that it is, or will be, as wished."""
        return 200 <= self.status < 300


def utter(deed: Deed, host: Host, ask: Ask, run: str, seen: "Seen") -> None:
    """Ask for it, and remember what was answered.

    Args:
        deed: One of `DOORS`.
        host: Where the app runs.
        ask: Sends a request, and again if the host dies of it.
        run: The version to promote.
        seen: Takes the answer.
    """
    method, path = DOORS[deed.what]
    answer = ask(lambda: host.ask(method, path.format(model=deed.dataset, run=run)))
    if answer is None:
        return
    body = answer.json() if answer.is_success and answer.content else {}
    chosen = str(body.get("wanted") or body.get("active") or "")
    wish = Wish(deed.what, deed.dataset, chosen, host.now(), answer.status_code, answer.text)
    seen.wishes.append(wish)
    if wish.granted and wish.what == "pin":
        seen.pins[wish.model] = wish.at
    if wish.granted and wish.what == "unpin":
        seen.pins.pop(wish.model, None)
    if wish.granted and wish.what == "delete":
        seen.deleted[wish.model] = wish.at


def older(versions: Sequence[Version], model: Model | None, name: str) -> str:
    """The oldest version of a model that was trained and is not in front; empty if none is."""
    front = model.active if model else ""
    trained = [one for one in versions if one.model == name and one.tuned_model]
    behind = sorted((one for one in trained if one.run != front), key=lambda one: one.created)
    return behind[0].run if behind else ""
