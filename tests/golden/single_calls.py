"""Single calls on the real Python worker, and on the local host's loading and calling.

Each has a stand-in for the Durable extension's endpoint, which keeps what it was asked.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.golden.masking import mask_text
from tests.golden.real_worker import minihost, real_worker

Value = tuple[str, Any]


@dataclass(frozen=True)
class Call:
    """One invocation.

    Attributes:
        function: Its name.
        inputs: What the host would send, by parameter, as (type, value).
        metadata: The trigger's, likewise.
        client: The parameter that is a durable client, if one is.
    """

    function: str
    inputs: Mapping[str, Value]
    metadata: Mapping[str, Value] = field(default_factory=dict)
    client: str = ""


@dataclass(frozen=True)
class Answer:
    """What a call gave, masked: its result or failure, and what it asked of the extension."""

    result: str
    asked: str


@contextmanager
def on_real_worker(app: Path, settings: Mapping[str, str]) -> Iterator["RealWorker"]:
    """The real worker with an app."""
    with _extension() as extension, real_worker(app, settings) as worker:
        yield RealWorker(extension, worker)


@contextmanager
def on_local_host(app: Path, log: Path, settings: Mapping[str, str]) -> Iterator["LocalHost"]:
    """The local host's loading and calling with an app, in a process that writes `log`."""
    command = [sys.executable, "-m", "tests.golden.single_calls_process", str(app)]
    environment = {**os.environ, **settings}
    pipe = subprocess.PIPE
    with (
        _extension() as extension,
        log.open("w") as stderr,
        # It ends when its stdin does.
        subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=stderr, text=True, env=environment
        ) as process,
    ):
        yield LocalHost(extension, process)


@contextmanager
def _extension() -> Iterator[Any]:
    stub = minihost().DurableStub()
    try:
        yield stub
    finally:
        stub.server.shutdown()
        stub.server.server_close()


class RealWorker:
    """The real worker."""

    def __init__(self, extension: Any, worker: Any) -> None:
        self._extension, self._worker = extension, worker

    def call(self, call: Call) -> Answer:
        """Make a call."""
        self._extension.calls.clear()
        inputs = {name: self._data(*value) for name, value in call.inputs.items()}
        if call.client:
            inputs[call.client] = self._worker.td(string=self._extension.binding())
        metadata = {name: self._data(*value) for name, value in call.metadata.items()}
        response = self._worker.invoke(call.function, inputs, metadata)
        if response.result.status != 1:
            outcome: Any = {"failed": response.result.exception.message}
        else:
            kind = response.return_value.WhichOneof("data")
            outcome = {"result": [kind, getattr(response.return_value, kind) if kind else None]}
        return Answer(_mask(outcome), _mask(self._extension.calls))

    def http(
        self,
        function: str,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
        values: Mapping[str, str],
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Forward a request as the real host does; `values` are the route's.

        Returns:
            Status, headers and body.
        """
        clients = [
            name
            for name, binding in self._worker.functions[function].bindings.items()
            if binding.type == "durableClient"
        ]
        extra = {name: self._worker.td(string=self._extension.binding()) for name in clients}
        got = self._worker.http(function, method, path, content, dict(headers), dict(values), extra)
        return got["status"], got["headers"], got["body"]

    def _data(self, kind: str, value: Any) -> Any:
        if kind == "model_binding_data":
            value = {**value, "content": value["content"].encode()}
        return self._worker.td(**{kind: value})


class LocalHost:
    """The local host's loading and calling."""

    def __init__(self, extension: Any, process: "subprocess.Popen[str]") -> None:
        self._extension, self._process = extension, process

    def call(self, call: Call) -> Answer:
        """Make a call."""
        self._extension.calls.clear()
        assert self._process.stdin
        assert self._process.stdout
        order = {
            "function": call.function,
            "inputs": call.inputs,
            "metadata": call.metadata,
            "client": self._extension.binding(),
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        outcome = json.loads(self._process.stdout.readline())
        return Answer(_mask(outcome), _mask(self._extension.calls))


def _mask(value: object) -> str:
    """JSON without what differs between two storage accounts and two runs."""
    text = re.sub(r"-[0-9a-f]{10}\b", "-<run>", mask_text(value))
    text = re.sub(r"spare\d+", "<account>", text)
    # A traceparent of its own for each invocation, and lengths of masked parts.
    return re.sub(r'"(Content-Length|traceparent)": "[^"]*"', r'"\1": <other>', text)
