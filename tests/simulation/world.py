"""What a story takes place in: settings of the host, places at the service, a receiver."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from local.processes import ROOT
from shared.models import read_facts
from tests.listener import Listener

FACTS = ROOT / "shared" / "models" / "models.toml"
SECRET = "whsec_c2ltdWxhdGlvbi1zaW11bGF0aW9uLXNpbXU="


@dataclass(frozen=True)
class World:
    """What differs from the usual.

    Attributes:
        settings: Of the host.
        places: How many deployments of tuned models there may be; None: as many as in Azure.
        refusals: How many deliveries the receiver refuses before it accepts them; None: there is
            no receiver.
    """

    settings: dict[str, str] = field(default_factory=dict)
    places: int | None = None
    refusals: int | None = None

    def __str__(self) -> str:
        changes = [f"{name}={value}" for name, value in self.settings.items()]
        changes += [] if self.places is None else [f"{self.places} deployments at the most"]
        changes += [] if self.refusals is None else [f"notifications, {self.refusals} refused"]
        return ", ".join(changes)

    @property
    def limit(self) -> int:
        """How many deployments of tuned models there may be at once."""
        shipped = read_facts(FACTS).limits.tuned_deployments or 0
        return shipped if self.places is None else self.places

    def environment(self, folder: Path, receiver: Listener | None) -> dict[str, str]:
        """The host's settings for it; `folder` takes a file that they may name."""
        found = dict(self.settings)
        if self.places is not None:
            found["MODEL_FACTS"] = str(_facts(folder / "models.toml", self.places))
        if receiver is not None:
            found |= {"NOTIFY_URL": receiver.url, "NOTIFY_SECRET": SECRET}
        return found

    @contextmanager
    def receiver(self) -> Iterator[Listener | None]:
        """The receiver of notifications while the story runs."""
        if self.refusals is None:
            yield None
            return
        listener = Listener(self.refusals)
        try:
            yield listener
        finally:
            listener.close()


def _facts(file: Path, places: int) -> Path:
    """The shipped facts with another limit of deployments."""
    text, count = re.subn(
        r"(?m)^tuned_deployments = \d+$", f"tuned_deployments = {places}", FACTS.read_text()
    )
    if count != 1:
        raise ValueError(f"{FACTS} does not say tuned_deployments once, but {count} times")
    file.write_text(text)
    return file
