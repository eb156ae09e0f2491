"""Makes two runs comparable: what differs from run to run gets a name in place of its value."""

import json
import re
from typing import Any

_GUID = r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}"
_MASKS = [
    (re.compile(pattern, re.DOTALL), mask)
    for pattern, mask in (
        (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?", "<time>"),
        (r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", "<date>"),
        (_GUID, "<guid>"),
        (r"0x[0-9a-f]+", "<address>"),
        (r"127\.0\.0\.1:\d+", "<host>"),
        (r"createdTime(From|To)=[^&\"]*", r"createdTime\1=<time>"),
        (r"known orchestrator functions: .*?\.(?=\"|$)", "known orchestrator functions: <list>."),
        # Frames and sources inside Details name whoever ran the function.
        (r'RemoteStackTrace(\\*)":.*?(?=\\*"RemoteMessage)', r"RemoteStackTrace\1:<stack>"),
        (r'Stack: .*?(?=\\+",\\+"Data|(?<!\\)",|\\n\)|$)', "Stack: <stack>"),
        (r'StackTrace\\*":\s?\\*".*?(?=\\*"[},])', "StackTrace:<stack>"),
        (r'StackTrace: .*?(?=")', "StackTrace: <stack>"),
        (r'Source(\\*)":\1"[^"\\]*', "Source:<source>"),
    )
]
_TRANSPORT = frozenset({"content-length", "date", "server", "transfer-encoding", "keep-alive"})


def mask_text(value: Any) -> str:
    """`value` as JSON text, with times, ids, addresses and stack frames masked."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text


def headers(given: dict[str, str], *, charset: bool) -> dict[str, str]:
    """The headers that belong to the answer, not to the server that carried it.

    Without `charset` that part of Content-Type is dropped: what answers of the app's own HTTP
    functions say there came from the recorder.
    """
    kept = {k.lower(): v for k, v in given.items() if k.lower() not in _TRANSPORT}
    return kept if charset else {k: v.replace("; charset=utf-8", "") for k, v in kept.items()}
