"""The upstream of the chat benchmark: one answer, always the same, as fast as Python sends it.

The emulated service is not used: it looks up, composes and counts every answer, and would itself
be the bottleneck. `python -m bench.chat_upstream PORT`
"""

import asyncio
import json
import sys

from bench.chat_load import AT_ONCE

PIECES = 20
EVERY = 0.01  # seconds between two pieces of a stream
TEXT = "Rome is best seen on foot, early in the morning and late in the evening."
_MODEL = "gpt-4.1-mini-2025-04-14"
_SAFE = {name: {"filtered": False, "severity": "safe"} for name in ("hate", "sexual", "violence")}
_USAGE = {"prompt_tokens": 24, "completion_tokens": PIECES, "total_tokens": 24 + PIECES}


def _object(kind: str, **more: object) -> dict[str, object]:
    return {"id": "chatcmpl-1", "object": kind, "created": 1764028800, "model": _MODEL, **more}


def _whole() -> bytes:
    message = {"role": "assistant", "content": TEXT, "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    choice["content_filter_results"] = _SAFE
    body = json.dumps(_object("chat.completion", choices=[choice], usage=_USAGE)).encode()
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    return head % len(body) + body


def _pieces() -> list[bytes]:
    def piece(choices: list[object], **more: object) -> bytes:
        text = json.dumps(_object("chat.completion.chunk", choices=choices, **more))
        return _chunk(b"data: " + text.encode() + b"\n\n")

    def delta(content: str, reason: str | None = None) -> dict[str, object]:
        return {"index": 0, "delta": {"content": content}, "finish_reason": reason}

    texts = [piece([delta(" word")]) for _ in range(PIECES)]
    end = piece([delta("", "stop")]) + piece([], usage=_USAGE)
    return [*texts, end + _chunk(b"data: [DONE]\n\n") + b"0\r\n\r\n"]


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


WHOLE = _whole()
STREAM = _pieces()
STREAM_HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
)


class Answers(asyncio.Protocol):
    """One connection; requests come one after the other."""

    def __init__(self) -> None:
        self._came = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  for the type
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._came += data
        head, gap, rest = self._came.partition(b"\r\n\r\n")
        if not gap or self._transport is None:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
        if len(rest) < length:
            return
        self._came = rest[length:]
        if b'"stream":true' in rest[:length].replace(b" ", b""):
            self._transport.write(STREAM_HEAD)
            if AT_ONCE.encode() in rest[:length]:
                self._transport.write(b"".join(STREAM))
            else:
                self._send(0)
        else:
            self._transport.write(WHOLE)

    def _send(self, number: int) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(STREAM[number])
        if number + 1 < len(STREAM):
            asyncio.get_running_loop().call_later(EVERY, self._send, number + 1)


async def main(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(
        Answers, "127.0.0.1", port, backlog=1024
    )
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
