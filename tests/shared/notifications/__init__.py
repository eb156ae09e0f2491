"""Notifications: the rows that they are about."""

from dataclasses import replace

from shared.registry import Version
from shared.registry.state import Phase

AT = "2026-11-25T03:04:05.678Z"
ROW = Version(
    model="a",
    run="a-0123456789",
    created=AT,
    updated=AT,
    dataset="a.jsonl",
    etag="0x1",
    attempt=2,
    deployed="2026-11-01T00:00:00.000Z",
)
LIVE = replace(ROW, phase=Phase.SERVING, deployment=ROW.run)
