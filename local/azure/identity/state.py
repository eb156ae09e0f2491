"""Tokens that the emulator issues and recognises.

A token is a JSON Web Token, signed with a secret that is kept beside the database, so that tokens
stay valid when the emulator starts again. Tokens expire in real time, not in the virtual clock's:
the SDKs cache them by the machine's own clock.
"""

import secrets
import time
from pathlib import Path

import jwt

LIFETIME = 24 * 3600
ALGORITHM = "HS256"

DATA_PLANE = frozenset({"https://ai.azure.com", "https://cognitiveservices.azure.com"})
MANAGEMENT = frozenset({"https://management.azure.com", "https://management.core.windows.net"})
METRICS = frozenset({"https://metrics.monitor.azure.com"}) | MANAGEMENT


class Tokens:
    """Issues and checks bearer tokens."""

    def __init__(self, state: Path) -> None:
        self._secret = _secret(state / "identity.secret")

    def issue(self, resource: str) -> tuple[str, int]:
        """A token for the audience `resource` and the time (seconds since 1970) it expires."""
        expires = int(time.time()) + LIFETIME
        claims = {"aud": resource.rstrip("/"), "exp": expires, "oid": "emulated-identity"}
        return jwt.encode(claims, self._secret, ALGORITHM), expires

    def accepts(self, token: str, audiences: frozenset[str]) -> bool:
        """Whether the token was issued here for one of the audiences and has not expired."""
        try:
            # Bytes: half a surrogate pair from a header is no token, either.
            raw = token.encode("utf-8", "replace")
            jwt.decode(raw, self._secret, [ALGORITHM], audience=audiences)
        except jwt.InvalidTokenError:
            return False
        return True


def _secret(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(secrets.token_bytes(32))
        path.chmod(0o600)
    return path.read_bytes()
