"""The functions of an app: what each is called, what starts it, how it is called."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from local.functions_host.worker.signature import Signature

TRIGGERS = ("httpTrigger", "blobTrigger", "timerTrigger", "orchestrationTrigger", "activityTrigger")
SUPPORTED = (*TRIGGERS, "http", "durableClient")


@dataclass(frozen=True)
class Function:
    """One function of the app, as the worker registers it."""

    name: str
    call: Callable[..., Any]
    raw_bindings: tuple[str, ...]
    signature: Signature
    directory: Path
    script: str

    @cached_property
    def bindings(self) -> list[dict[str, Any]]:
        """The bindings as function.json would hold them."""
        return [json.loads(raw) for raw in self.raw_bindings]

    @cached_property
    def trigger(self) -> dict[str, Any]:
        """The one binding that starts the function."""
        return next(b for b in self.bindings if b["type"].endswith("Trigger"))

    @cached_property
    def clients(self) -> tuple[str, ...]:
        """The parameters that get a durable client."""
        return tuple(b["name"] for b in self.bindings if b["type"] == "durableClient")

    @property
    def is_disabled(self) -> bool:
        """Whether the setting `AzureWebJobs.<name>.Disabled` switches the function off."""
        value = os.environ.get(f"AzureWebJobs.{self.name}.Disabled", "")
        return value.strip().lower() in ("1", "true")

    @property
    def listener(self) -> str:
        """The name under which storage keeps receipts and schedules of the function."""
        return f"Host.Functions.{self.name}"

    @property
    def durable_name(self) -> str:
        """What orchestrators call it by: the trigger's own name if it has one."""
        trigger = self.trigger
        return str(trigger.get("activity") or trigger.get("orchestration") or self.name)


class FunctionTable(Mapping[str, Function]):
    """All functions of an app by name, in the app's order."""

    def __init__(self, functions: Iterable[Function]) -> None:
        self._functions = {function.name: function for function in functions}

    def __getitem__(self, name: str) -> Function:
        return self._functions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._functions)

    def __len__(self) -> int:
        return len(self._functions)

    def triggered_by(self, kind: str) -> list[Function]:
        """The functions with a trigger of this type, such as `httpTrigger`; no disabled ones."""
        return [f for f in self.values() if f.trigger["type"] == kind and not f.is_disabled]

    def find(self, name: str) -> Function | None:
        """The function of this name in any spelling: the real host ignores case."""
        wanted = name.lower()
        return next((f for f in self.values() if f.name.lower() == wanted), None)
