"""Starts hosts in a tenth of a second: a process that has imported everything, and forks.

A host is a process of its own all the same, killed and started like any other. Orders come as JSON
lines on stdin; the answer to each is the new process's id. It ends with its stdin, and its hosts
with it.
"""

import gc
import json
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

#: What a host and its app import, but for `function_app` itself, which each host loads for itself.
MODULES = (
    *("local.functions_host.host", "local.functions_host.durable", "local.functions_host.triggers"),
    *(
        "local.functions_host.durable_functions",
        "local.functions_host.web.fastapi_functions",
        "local.functions_host.durable.management",
        "local.functions_host.durable.outgoing",
    ),
    *("azure.durable_functions", "azurefunctions.extensions.http.fastapi", "openai"),
    *("azurefunctions.extensions.bindings.blob", "azure.identity", "azure.data.tables"),
    *("azure.storage.blob", "azure.mgmt.cognitiveservices"),
    *("orchestrators", "shared.runs.intake", "shared.chat", "shared.validation", "tiktoken"),
    *(f"activities.{name.stem}" for name in Path("activities").glob("[a-z]*.py")),
    "api.openapi",
    *(f"api.endpoints.{name.stem}" for name in Path("api/endpoints").glob("[a-z]*.py")),
)
BASE = "gpt-4.1-mini-2025-04-14"
_PAUSE = 0.01  # seconds that an SDK waits before it repeats a request that broke


def main() -> None:
    """Serve orders until stdin ends."""
    for name in MODULES:
        import_module(name)
    _warm_up()
    _shorten_retries()
    gc.freeze()
    # Children that end leave no zombie, so that a process id that exists is a running host.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("READY {}", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            _host(json.loads(line))
        print(pid, flush=True)


def _warm_up() -> None:
    """Use once what is slow at its first use: the vocabulary, and what the SDKs import late."""
    from azure.identity import DefaultAzureCredential
    from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
    from openai import OpenAI

    from shared.validation import validate
    from shared.validation.report.page import render_page

    row = {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": "!"}]}
    data = json.dumps(row).encode() + b"\n"
    render_page(validate([data] * 10, model=BASE, validation=None, epochs=None))
    nowhere = "http://127.0.0.1:1"
    with OpenAI(base_url=nowhere, api_key="none") as client:
        _ = client.files, client.chat.completions, client.fine_tuning.jobs.checkpoints
    arm = CognitiveServicesManagementClient(DefaultAzureCredential(), "none", base_url=nowhere)
    _ = arm.deployments


def _shorten_retries() -> None:
    """Let the SDKs' own retries wait for 10 ms only: they pass in real time."""
    from time import sleep

    from azure.core.pipeline.transport import HttpTransport, RequestsTransport

    # A client that shares the connection of another one has a transport of its own around it.
    for transport in (HttpTransport, RequestsTransport):
        transport.sleep = lambda _, s: sleep(min(s, _PAUSE))  # type: ignore[method-assign]


def _host(order: dict[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    _end_with_parent()
    for number, name in enumerate((os.devnull, order["ready"], order["log"])):
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_APPEND
        os.dup2(os.open(name, flags, 0o600), number)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["local.functions_host", *order["arguments"]]
    from local.functions_host.__main__ import main as serve

    code = 1
    try:
        code = serve()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _end_with_parent() -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


if __name__ == "__main__":
    main()
