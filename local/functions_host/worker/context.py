"""What a function may learn about its own invocation, and what the log says of it."""

import threading
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

running: ContextVar[str] = ContextVar("running", default="")
"""The name of the function that the present task or thread works for; empty in the host itself."""

thread_local = threading.local()
"""Where the worker notes the invocation id for code that looks for it there."""


@dataclass(frozen=True)
class Trace:
    """W3C trace context; the local host starts none."""

    trace_parent: str = ""
    trace_state: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Retry:
    """How often the host has run this invocation before."""

    retry_count: int = 0
    max_retry_count: int = 0
    exception: Any = None


@dataclass(frozen=True)
class Context:
    """The worker's context of one invocation, with the attributes of azure.functions.Context."""

    invocation_id: str
    function_name: str
    function_directory: str
    trace_context: Trace = field(default_factory=Trace)
    retry_context: Retry = field(default_factory=Retry)

    @property
    def thread_local_storage(self) -> threading.local:
        """One object for the process, its attributes per thread."""
        return thread_local
