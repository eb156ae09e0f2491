"""What changing a chat's body costs, by the kind of body.

`python -m bench.chat_bodies [--rounds N] [--write docs/performance.md]`

A request is parsed to be checked, changed (the deployment's name, a system message, the token
counts of a stream) and serialized; an answer is parsed for its token counts, renamed and
serialized. The first column is the parsing alone.
"""

import argparse
import base64
import json
import random
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson

from bench import page
from bench.chat_upstream import STREAM, WHOLE
from bench.validation import machine
from shared.chat.meter import Meter
from shared.chat.request import CompletionRequest

_SECONDS = 0.02  # of each measurement
_DEPLOYMENT = "brolly-0123456789"
_SYSTEM = "You are a city guide who knows every street."
_WORDS = ("where", "is", "the", "station", "in", "München", '"Roma"', "and", "how\n", "far")


def requests() -> Mapping[str, dict[str, Any]]:
    """Requests of several kinds, from a fixed seed."""
    numbers = random.Random(1)

    def text(words: int) -> str:
        return " ".join(numbers.choice(_WORDS) for _ in range(words))

    def conversation(messages: int) -> list[dict[str, Any]]:
        roles = ("user", "assistant")
        return [{"role": roles[n % 2], "content": text(60)} for n in range(messages)]

    def tool(name: str) -> dict[str, Any]:
        options = {f"option{n}": {"type": "string", "description": text(8)} for n in range(6)}
        parameters = {"type": "object", "properties": options, "required": ["option1"]}
        function = {"name": name, "description": text(20), "parameters": parameters}
        return {"type": "function", "function": function}

    url = "data:image/png;base64," + base64.b64encode(numbers.randbytes(750_000)).decode()
    image = [{"type": "text", "text": text(8)}, {"type": "image_url", "image_url": {"url": url}}]
    short = {"model": "brolly", "messages": conversation(1), "temperature": 0.2}
    return {
        "short chat": short,
        "short stream": {**short, "stream": True},
        "conversation of 60 messages": {**short, "messages": conversation(60)},
        "12 tools": {**short, "tools": [tool(f"tool{n}") for n in range(12)]},
        "image of 1 MB": {**short, "messages": [{"role": "user", "content": image}]},
        "with `wait`": {**short, "messages": conversation(6), "wait": True},
    }


def _request(text: bytes) -> bytes:
    request = CompletionRequest(orjson.loads(text)).without("wait")
    return request.upstream_body(_DEPLOYMENT, _SYSTEM, meter=True)


def _answer(text: bytes) -> bytes:
    return Meter("brolly").body(text)


def _event(text: bytes) -> bytes:
    return Meter("brolly", hide_usage=True).events(text)


def _parse_event(text: bytes) -> object:
    return orjson.loads(text.removeprefix(b"data: "))


_Work = Callable[[bytes], object]


def _cases() -> list[tuple[str, bytes, _Work, _Work]]:
    cases: list[tuple[str, bytes, _Work, _Work]] = [
        (name, json.dumps(body).encode(), orjson.loads, _request)
        for name, body in requests().items()
    ]
    answer = WHOLE.partition(b"\r\n\r\n")[2]
    event = STREAM[0].partition(b"\r\n")[2].removesuffix(b"\r\n")
    cases.append(("whole answer", answer, orjson.loads, _answer))
    cases.append(("event of a stream", event, _parse_event, _event))
    return cases


def _microseconds(work: _Work, text: bytes) -> float:
    times = 1
    while True:
        start = time.process_time()
        for _ in range(times):
            work(text)
        seconds = time.process_time() - start
        if seconds >= _SECONDS:
            return 1e6 * seconds / times
        times *= 2


def table(rounds: int) -> str:
    """Medians of all cases; parsing and the whole work take turns."""
    lines = ["| body | bytes | parse µs | whole µs |", "| --- | --- | --- | --- |"]
    for name, text, parse, work in _cases():
        pairs = [(_microseconds(parse, text), _microseconds(work, text)) for _ in range(rounds)]
        parsed, whole = (statistics.median(column) for column in zip(*pairs, strict=True))
        lines.append(f"| {name} | {len(text):,} | {parsed:.1f} | {whole:.1f} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Measure and print, or write into the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.chat_bodies", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", type=Path, metavar="PAGE", help="replace the figures there")
    options = parser.parse_args(arguments)
    text = f"{machine()}; medians of {options.rounds}\n\n{table(options.rounds)}"
    if options.write:
        page.update_page(options.write, "chat bodies", text)
    print(text)


if __name__ == "__main__":
    main()
