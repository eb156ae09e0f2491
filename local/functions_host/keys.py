"""The host's keys: made once, kept with its state, checked as the real host checks them."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from pathlib import Path

MASTER = "master"
DEFAULT = "default"
SYSTEM = "system"


@dataclass(frozen=True)
class Keys:
    """Keys by name: `master`, `default` and any others of function level, `system` for webhooks."""

    by_name: Mapping[str, str]

    @property
    def master(self) -> str:
        """Opens everything."""
        return self.by_name[MASTER]

    @property
    def system(self) -> str:
        """Opens the webhooks of extensions, and nothing else."""
        return self.by_name[SYSTEM]

    def level(self, presented: str | None) -> str | None:
        """The level that a key gives: admin, system, function, or None for no such key."""
        if not presented:
            return None
        given = presented.encode()
        found = [n for n, key in self.by_name.items() if compare_digest(key.encode(), given)]
        if MASTER in found:
            return "admin"
        if SYSTEM in found:
            return "system"
        return "function" if found else None

    def opens(self, auth_level: str, presented: str | None) -> bool:
        """Whether a function (or a webhook: `system`) of this level may be called with that key."""
        wanted = auth_level.lower()
        return wanted == "anonymous" or self.level(presented) in (wanted, "admin")


def open_keys(state: Path, chosen: Mapping[str, str]) -> Keys:
    """The keys kept under `state`, the chosen ones replacing them; missing ones are made.

    The file is readable by its owner only.
    """
    path = state / "keys.json"
    kept: dict[str, str] = json.loads(path.read_text()) if path.is_file() else {}
    names = {name: secrets.token_urlsafe(32) for name in (MASTER, DEFAULT, SYSTEM)}
    keys = names | kept | dict(chosen)
    if keys != kept:
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(keys, indent=1))
        fresh.replace(path)
    return Keys(keys)
