"""One deployment: its row, and what Azure Resource Manager shows of it."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from local.azure.clock import isoformat
from local.azure.transitions import Transition, parse

SCHEMA = """
CREATE TABLE IF NOT EXISTS deployments (
    name TEXT PRIMARY KEY, sku TEXT NOT NULL, capacity INTEGER NOT NULL,
    model_format TEXT NOT NULL, model_name TEXT NOT NULL, model_version TEXT NOT NULL,
    model_source TEXT NOT NULL, rai_policy TEXT NOT NULL, upgrade TEXT NOT NULL,
    tags TEXT NOT NULL, tuned INTEGER NOT NULL,
    created_at REAL NOT NULL, changed_at REAL NOT NULL,
    state TEXT NOT NULL, started_at REAL NOT NULL, reads INTEGER NOT NULL DEFAULT 0,
    rule TEXT NOT NULL, ready_rule TEXT NOT NULL, ready_at REAL, ready_reads INTEGER NOT NULL
    DEFAULT 0, paused INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS content_filters (name TEXT PRIMARY KEY);
"""
BUSY = ("Creating", "Deleting")
DEVELOPER_LIFE = 24 * 3600.0


@dataclass(frozen=True)
class Deployment:
    """A deployment as its row has it; `ready_at` is when its creation succeeded."""

    name: str
    sku: str
    capacity: int
    model_format: str
    model_name: str
    model_version: str
    model_source: str
    rai_policy: str
    upgrade: str
    tags: dict[str, str]
    tuned: bool
    created_at: float
    changed_at: float
    state: str
    started_at: float
    reads: int
    rule: Transition
    ready_rule: Transition
    ready_at: float | None
    ready_reads: int
    paused: bool

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> "Deployment":
        """A deployment from its row."""
        values = {name: row[name] for name in row.keys()}  # noqa: SIM118 - a row iterates values
        for name in ("rule", "ready_rule"):
            values[name] = parse(values[name])
        values["tags"] = json.loads(values["tags"])
        return cls(**values | {"tuned": bool(row["tuned"]), "paused": bool(row["paused"])})

    def is_due(self, now: float) -> bool:
        """Whether the creation or deletion under way is over by now."""
        return self.state in BUSY and self.rule.progress(self.started_at, now, self.reads) >= 1

    def is_ready(self, now: float) -> bool:
        """Whether the data plane knows it already, which comes after `Succeeded`."""
        if self.state != "Succeeded" or self.ready_at is None:
            return False
        return self.ready_rule.progress(self.ready_at, now, self.ready_reads) >= 1

    def ends_at(self, last_chat: float, idle_seconds: float) -> float | None:
        """When the service removes it by itself, if ever.

        Developer deployments live for 24 hours; others go when they are older than `idle_seconds`
        (0 = never) and nobody has chatted for that long.
        """
        if self.sku == "DeveloperTier":
            return self.created_at + DEVELOPER_LIFE
        if self.tuned and idle_seconds:
            return max(self.created_at, last_chat) + idle_seconds
        return None

    def to_json(self, account: str) -> dict[str, Any]:
        """The resource as ARM shows it below `account` (its resource id)."""
        model = {
            "format": self.model_format,
            "name": self.model_name,
            "version": self.model_version,
        }
        return {
            "id": f"{account}/deployments/{self.name}",
            "name": self.name,
            "type": "Microsoft.CognitiveServices/accounts/deployments",
            "sku": {"name": self.sku, "capacity": self.capacity},
            "properties": {
                "model": model | ({"source": self.model_source} if self.model_source else {}),
                "versionUpgradeOption": self.upgrade,
                "raiPolicyName": self.rai_policy,
                "currentCapacity": self.capacity,
                "capabilities": {"chatCompletion": "true"},
                "provisioningState": self.state,
                "deploymentState": "Paused" if self.paused else "Running",
                "rateLimits": self._rate_limits(),
            },
            "tags": self.tags,
            "systemData": {
                "createdAt": isoformat(self.created_at),
                "createdByType": "Application",
                "lastModifiedAt": isoformat(self.changed_at),
                "lastModifiedByType": "Application",
            },
            "etag": f'"{int(self.changed_at * 1000):x}"',
        }

    def _rate_limits(self) -> list[dict[str, Any]]:
        return [
            {"key": "request", "renewalPeriod": 60, "count": self.capacity * 6},
            {"key": "token", "renewalPeriod": 60, "count": self.capacity * 1000},
        ]
