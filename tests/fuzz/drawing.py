"""Random requests, close enough to good ones to get behind the first check."""

import base64
import copy
import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_from_bytes

from api.endpoint import Access, Endpoint
from tests.journeys.place import CLIENT_KEY, KEYS

SECRET = "whsec_YSBsb25nIHJhbmRvbSB0ZXh0"
#: Names that are there; a test seeds them.
KNOWN = (b"base", b"fuzzed", b"fuzzed-0123456789")
PIECES = (
    b"",
    b"\n",
    b"\r",
    b"\0",
    b"\t",
    b" ",
    b"/",
    b"..",
    b"%",
    b"'",
    b'"',
    b"#",
    b"?",
    b"&",
    b"\\",
    b"{x}",
    b"\xff",
    b"\xed\xa0\x80",
    "é".encode(),
    "\u202e٣".encode(),
    "💥".encode(),
    b"x" * 300,
    b"-1",
    b"1e999",
    b"nan",
    b"null",
    b"0001-01-01",
    b"9999-12-31",
    b"2026-02-30",
    b"@previous",
    b"*/*;q=nan",
)
TREES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x",
    "\ud800",
    "\0",
    "é",
    [],
    [1],
    ["a"],
    [[]],
    {},
    {"a": 1},
    {"": []},
)
CHAT: dict[str, Any] = {
    "model": "base",
    "messages": [
        {"role": "system", "content": "S"},
        {"role": "user", "content": [{"type": "text", "text": "hi"}]},
    ],
    "stream": False,
    "wait": False,
    "stream_options": {"include_usage": True},
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
    "n": 1,
}
EVENT: dict[str, Any] = {
    "id": "evt_1",
    "object": "event",
    "created_at": 1,
    "type": "fine_tuning.job.succeeded",
    "data": {"id": "ftjob-1"},
}
HEADERS = (
    "accept",
    "accept-encoding",
    "x-tunedrop-wait",
    "x-tunedrop-raw",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-forwarded-for",
    "x-ms-invocation-id",
    "content-type",
    "authorization",
    "api-key",
    "x-functions-key",
    "if-none-match",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "x-ms-client-request-id",
    "origin",
    "cookie",
)


@dataclass(frozen=True)
class Drawn:
    """One request as bytes, with what it was made of for a report."""

    method: str
    target: bytes
    headers: tuple[tuple[str, bytes], ...]
    body: bytes

    def to_bytes(self) -> bytes:
        """The request on the wire."""
        lines = [self.method.encode() + b" " + self.target + b" HTTP/1.1", b"host: localhost"]
        lines += [name.encode() + b": " + value for name, value in self.headers]
        lines += [b"connection: close", b"content-length: %d" % len(self.body), b"", b""]
        return b"\r\n".join(lines) + self.body


def draw_request(chance: random.Random, endpoint: Endpoint) -> Drawn:
    """A request for an endpoint, good in most of its parts."""
    body = _draw_body(chance, endpoint)
    headers = dict(_access_headers(chance, endpoint, body))
    for _ in range(chance.choice((0, 0, 1, 2))):
        headers[chance.choice(HEADERS)] = _draw_header(chance)
    target = b"/api/" + _fill(chance, endpoint.path) + _draw_query(chance, endpoint)
    return Drawn(endpoint.method, target, tuple(headers.items()), body)


def _text(chance: random.Random) -> bytes:
    return b"".join(chance.choice((*PIECES, *KNOWN)) for _ in range(chance.choice((1, 1, 1, 2, 3))))


def _draw_header(chance: random.Random) -> bytes:
    return _text(chance).translate(None, b"\r\n\0").strip()


def _fill(chance: random.Random, path: str) -> bytes:
    parts = []
    for part in path.split("/"):
        if not part.startswith("{"):
            parts.append(part)
        elif chance.random() < 0.4:
            parts.append(chance.choice(KNOWN).decode())
        else:
            parts.append(quote_from_bytes(_text(chance), safe="") or "x")
    return "/".join(parts).encode()


def _draw_query(chance: random.Random, endpoint: Endpoint) -> bytes:
    model = endpoint.query
    known = [field.alias or name for name, field in (model.model_fields if model else {}).items()]
    names = [*known, *known, "code", "x", ""]
    count = chance.choice((0, 1, 2)) if known else chance.choice((0, 0, 0, 1))
    pairs = [
        f"{chance.choice(names)}={quote_from_bytes(_text(chance), safe='')}" for _ in range(count)
    ]
    return ("?" + "&".join(pairs)).encode() if pairs else b""


def _draw_body(chance: random.Random, endpoint: Endpoint) -> bytes:
    if endpoint.access is Access.SIGNATURE:
        return _mangle(chance, EVENT)
    if endpoint.request is not None:
        return _mangle(chance, CHAT)
    return b"" if chance.random() < 0.8 else _mangle(chance, CHAT)


def _mangle(chance: random.Random, good: dict[str, Any]) -> bytes:
    tree = json.loads(json.dumps(good))
    for _ in range(chance.choice((0, 1, 1, 2))):
        _change(chance, tree)
    text = json.dumps(tree, ensure_ascii=chance.random() < 0.7).encode(errors="surrogatepass")
    break_ = chance.random()
    if break_ < 0.05:
        return text[: chance.randrange(len(text))]
    if break_ < 0.1:
        return chance.choice((b"[" * 2000, b'{"a":' * 900, b"\xff\xfe", b"nan", b"1" * 5000, b"[]"))
    return text


def _change(chance: random.Random, tree: Any) -> None:
    """Replace something, or add something, somewhere in a tree."""
    while True:
        keys: list[Any] = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        if not keys:
            return
        key = chance.choice(keys)
        child = tree[key]
        if not isinstance(child, dict | list) or not child or chance.random() < 0.3:
            tree[key] = copy.deepcopy(chance.choice(TREES))
            return
        tree = child


def _access_headers(
    chance: random.Random, endpoint: Endpoint, body: bytes
) -> list[tuple[str, bytes]]:
    if chance.random() < 0.05:
        return []
    made: dict[Access, Callable[[], list[tuple[str, bytes]]]] = {
        Access.ANYONE: list,
        Access.CLIENT_KEY: lambda: [("authorization", f"Bearer {CLIENT_KEY}".encode())],
        Access.FUNCTION_KEY: lambda: [("x-functions-key", KEYS["default"].encode())],
        Access.MASTER_KEY: lambda: [("x-functions-key", KEYS["master"].encode())],
        Access.SIGNATURE: lambda: _signature(body, f"evt_{chance.randrange(10**9)}"),
    }
    return made[endpoint.access]()


def _signature(body: bytes, id_: str) -> list[tuple[str, bytes]]:
    stamp = str(int(time.time()))
    secret = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = hmac.new(secret, f"{id_}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return [
        ("webhook-id", id_.encode()),
        ("webhook-timestamp", stamp.encode()),
        ("webhook-signature", b"v1," + base64.b64encode(signed)),
    ]
