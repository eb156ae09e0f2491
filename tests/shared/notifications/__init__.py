"""Notifications: the rows that they are about."""

from dataclasses import replace

from shared.registry import Run
from shared.registry.parts import Dataset, Deployment
from shared.registry.state import Phase
from tests.runs import at

AT = "2026-11-25T03:04:05.678Z"
ROW = Run(
    model="a",
    id="a-0123456789",
    created=at(AT),
    updated=at(AT),
    attempt=2,
    dataset=Dataset(blob="a.jsonl", etag="0x1"),
    deployment=Deployment(created=at("2026-11-01T00:00:00.000Z")),
)
LIVE = replace(ROW, phase=Phase.SERVING).with_deployment(name=ROW.id)
