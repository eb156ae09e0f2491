"""Loads an app as the local host does and makes single calls on it: JSON lines in and out.

`python -m tests.golden.single_calls_process APP` wants `{"function", "inputs", "metadata",
"client"}`, the inputs by name as `[type, value]` and `client` as the text of the durable client's
binding. It answers `{"result": [type, value]}` or `{"failed": message}`. Loading an app changes a
process for good, so a test cannot do it in its own.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from azure.functions.meta import Datum

from local.functions_host.worker import loading
from local.functions_host.worker.invocation import Failure, Invocation, Invoker


async def main(app: Path) -> None:
    """Answer calls until there are no more."""
    functions = loading.load(app)
    client = ""
    invoker = Invoker(lambda: client, threads=4)
    while line := await asyncio.to_thread(sys.stdin.readline):
        call = json.loads(line)
        client = call["client"]
        inputs, metadata = _data(call["inputs"]), _data(call["metadata"])
        answer: dict[str, Any]
        try:
            made = Invocation(inputs=inputs, metadata=metadata)
            result = await invoker.convert(functions[call["function"]], made)
            answer = {"result": [result.type, result.value]}
        except Failure as failure:
            answer = {"failed": failure.message}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    await invoker.close()


def _data(values: Mapping[str, tuple[str, Any]]) -> dict[str, Datum]:
    return {name: Datum(_value(kind, value), kind) for name, (kind, value) in values.items()}


def _value(kind: str, value: Any) -> Any:
    if kind != "model_binding_data":
        return value
    return SimpleNamespace(**{**value, "content": value["content"].encode()})


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
