"""Tokens that the emulator issues and recognises.

A token is `header.payload.signature` like a real one, signed with a secret that lives beside the
database, so that tokens stay valid when the emulator starts again. Tokens live in real time, not in
the virtual clock's: the SDKs cache them by the machine's own clock.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from pathlib import Path
from typing import Any

LIFETIME = 24 * 3600

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
        payload = {"aud": resource.rstrip("/"), "exp": expires, "oid": "emulated-identity"}
        signed = _pack({"alg": "HS256", "typ": "JWT"}) + "." + _pack(payload)
        return f"{signed}.{self._sign(signed)}", expires

    def accepts(self, token: str, audiences: frozenset[str]) -> bool:
        """Whether the token was issued here for one of the audiences and has not expired."""
        signed, _, signature = token.rpartition(".")
        if not signed or not hmac.compare_digest(self._sign(signed), signature):
            return False
        payload = _unpack(signed.partition(".")[2])
        return payload.get("aud") in audiences and payload.get("exp", 0) > time.time()

    def _sign(self, text: str) -> str:
        return _encode(hmac.digest(self._secret, text.encode("utf-8", "replace"), hashlib.sha256))


def _secret(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(secrets.token_bytes(32))
        path.chmod(0o600)
    return path.read_bytes()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _pack(value: dict[str, Any]) -> str:
    return _encode(json.dumps(value).encode())


def _unpack(text: str) -> dict[str, Any]:
    payload: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    return payload
